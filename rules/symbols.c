#include "symbols.h"

struct symbols symbols_find(const struct catalogue *catalogue) {
    return (struct symbols){
        .record_voided = catalogue_find(catalogue, "record.voided"),
        .child_registered = catalogue_find(catalogue, "child.registered"),
        .child_updated = catalogue_find(catalogue, "child.updated"),
        .child_died = catalogue_find(catalogue, "child.died"),
        .care_started = catalogue_find(catalogue, "care.started"),
        .care_ended = catalogue_find(catalogue, "care.ended"),
        .legal_status_changed = catalogue_find(catalogue, "legal_status.changed"),
        .placement_started = catalogue_find(catalogue, "placement.started"),
        .placement_changed = catalogue_find(catalogue, "placement.changed"),
        .placement_ended = catalogue_find(catalogue, "placement.ended"),
        .missing_started = catalogue_find(catalogue, "missing.started"),
        .missing_ended = catalogue_find(catalogue, "missing.ended"),
        .target = catalogue_symbol(catalogue, "target"),
        .date_of_birth = catalogue_symbol(catalogue, "date_of_birth"),
        .legal_status = catalogue_symbol(catalogue, "legal_status"),
        .action = catalogue_symbol(catalogue, "action"),
        .arrangement = catalogue_symbol(catalogue, "arrangement"),
        .placement = catalogue_symbol(catalogue, "placement"),
        .placement_type = catalogue_symbol(catalogue, "placement_type"),
        .temporary = catalogue_symbol(catalogue, "temporary"),
        .same_carer = catalogue_symbol(catalogue, "same_carer"),
        .episode = catalogue_symbol(catalogue, "episode"),
        .team = catalogue_symbol(catalogue, "team"),
        .worker = catalogue_symbol(catalogue, "worker"),
    };
}

/* log_messages.c: see log_messages.h. An id is for good: a message that comes to mean something else gets a new name
 * and a new id. `tests/checks/messages` holds that every message told is here, once. */
#include "log_messages.h"

#include <stddef.h>
#include <string.h>

const struct log_message log_messages[] = {
    /* sorted by name */
    {"acquitted", "1ec6f601eab3435db3de9a6ec7db9400",
     "What was being tried alone when the daemon ended twice did not end it: it goes on."},
    {"assigned", "8a9ff9aa6fd29036489014fbf39162d7", "The group has given this daemon its partitions."},
    {"audit_finding", "37db03593e694b968098f84b83850289",
     "The auditor found something wrong; the text says what, and whether it was repaired or what to do."},
    {"cannot_go_on", "8d732b83b8e9c6bb69a9e1fd3773fea7",
     "The daemon ends because it cannot go on; the text says why and what to do."},
    {"checkpoint", "dbf40ca0c4cf421f919ae1bf9a874618",
     "A checkpoint of a partition is complete: care.facts has every fact up to a position."},
    {"clock_set_back", "c77284344c3c9ed33faafb161308d5de",
     "The machine's clock was set back; everything is loaded again."},
    {"events_lost", "6ccda41b7f584e55b3657096112d0f46",
     "Retention removed events before they were read, and no checkpoint has what they said."},
    {"facts_unreadable", "b01ef07572cf4af7a9b7505d491caa92",
     "A value on care.facts is not one of ours and is left out of a rebuild."},
    {"feeds_full", "78cdbf1014e64c4183e422f4fb569421",
     "A source's feed or load is not followed, because too many are already."},
    {"kafka_down", "ca02306938eafb20bba0412db631a00c", "Kafka does not answer."},
    {"kafka_up", "bd7ebfb2f0b0180159b3c442319403c3", "Kafka answers again."},
    {"latest_unreadable", "8f4f2b9dc1b02be30210b7f7457ca7ae",
     "A value on care.alerts.latest is not one of ours and is left out of a restore."},
    {"librdkafka", "1144269a2c8cc8f69a46252bc598e328",
     "What the Kafka client itself says; what matters of it is told by another message too."},
    {"load_cut_short", "c684a938230c40d3a32d263fb24a9aab",
     "A bulk load lasted longer than it may; what it brought is said."},
    {"load_ended", "33b5cbf3d5a0442bbd384a2ebbbae841",
     "A bulk load has ended; the subjects that waited for it are looked at."},
    {"load_started", "c3e7901daf6e4483aefed9d5c31ecb72",
     "A bulk load has begun; nothing is said of its authority's subjects until it ends."},
    {"one_at_a_time", "c85d1729379542369f5930724a73d4cd",
     "A partition was taken again and again without getting to its end; what it has is tried piece by piece."},
    {"partition_reloaded", "b4fcd1a5eb18b8ecd4fb4753fbc89d60", "A partition's memory is thrown away and loaded again."},
    {"partition_running", "adf556207c6b71e56c62d984d767e99b", "A partition has been loaded and is consumed."},
    {"poison", "546b40fe2662462580eb53f83a1fd84b",
     "A message ended the daemon twice while it was tried alone; it goes to the dead letters."},
    {"rebuilt", "9f90f93d50fc475d8ac6422c4fa0354d",
     "A partition's facts were built again, from a checkpoint or from the beginning."},
    {"redis_down", "58aebbbd34e125cbfb30bbe9958cf460", "Redis does not answer; input waits."},
    {"redis_up", "31e5b7356bbe05ab8fe674772d3a0b53", "Redis answers again."},
    {"restore", "f0cca922eef82a4f89677155f3260099",
     "Redis has lost something; what has been said is restored from Kafka."},
    {"restored", "e72329563c2f54375f8c351bd4085b94", "The memory of what has been said is complete again."},
    {"revoked", "547e6c2707be4225c54ddf7a40b05f62", "The group takes all partitions back."},
    {"rules_changed", "88e7c7dc3a42619591666f52460142fe",
     "The rules have changed since a partition was last derived; every subject is looked at anew."},
    {"set_aside", "636e1079e58643c0a9d3536b5bb0ebf7",
     "A subject ended the daemon twice while it was derived alone; it is looked at again a day later."},
    {"slept", "582a64734ddc49fdbbdb1fa295dd53e3",
     "Nothing ran for a while, as when a machine is suspended; the input is read before anything is said."},
    {"status_off", "ace73e198c8b8d49fc1a6f65382bcad7",
     "The status socket cannot be made; the daemon goes on without it."},
    {"stopped_early", "e1825a0e3e3f188df63043c758cb39d1",
     "The daemon ends before everything could be published; the outbox keeps it."},
    {"stopping", "328f70f74a714eb608bda3e7f00c4822", "The daemon was asked to end."},
    {"topic_shrank", "8f2992b408f2bde2b34aac0703ccee9c",
     "A topic ends before our position; it is read from the beginning."},
    {"transaction_aborted", "262bd445dbc2d0ae887e611c409e2067", "A transaction was aborted and is tried again."},
};
const size_t log_messages_count = sizeof log_messages / sizeof *log_messages;

const struct log_message *log_messages_find(const char *name) {
    for (size_t i = 0; i < log_messages_count; i++)
        if (strcmp(log_messages[i].name, name) == 0)
            return &log_messages[i];
    return NULL;
}

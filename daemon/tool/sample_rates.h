/* sample_rates.h: how often things happen in an invented caseload, and how well they are recorded.
 *
 * Where the domain catalogue has a figure it is cited (file:line there, and the council paper behind it); "E" is our
 * own estimate. The figures describe what is common, not what is right: nobody's practice is judged by them. */
#ifndef WATCHKEEPER_SAMPLE_RATES_H
#define WATCHKEEPER_SAMPLE_RATES_H

struct sample_rates {
    /* The caseload. */
    double leavers;         /* share of all who have left at eighteen before the first day */
    double entries;         /* a year for each child in care */
    double weekend_entries; /* share of entries on a Saturday or Sunday */
    double ages[3];         /* 0-4, 5-10, 11-17 */
    double male, disabled, uasc;
    double short_breaks; /* share of children who only have short breaks */
    double ends;         /* of care, a year */
    /* Placements. */
    double unsettled, moves_unsettled;    /* share of children; moves a year, of theirs */
    double moves_first_year, moves_later; /* a year, of the others */
    double foster, residential, school;   /* share of placements; the rest by age */
    double connected;                     /* share of foster placements with relatives or friends */
    double out_of_area, distant;          /* share of placements; share of those */
    double own_provision, agency;         /* share of placements */
    double same_carer, temporary_stays;   /* share of moves; a year */
    double long_term, visits_agreed;      /* share of foster placements that last a year; share of those */
    double unregulated, secure;           /* share of placements; of moves from ten */
    double registered;                    /* share of settings that must be */
    /* Practice. */
    double visit_in_time, visit_unseen, seen_alone;
    double review_in_time, review_attended, review_by_others, adoption_review;
    double iha_asked_in_time, iha_by_doctor;
    double iha_28_days, iha_42_days, rha_under_5, rha_5_and_over, health_refused;
    double missing_children, missing_a_year, missing_absent; /* share of those aged 11 and over; episodes; kind A */
    double missing_on_arrival;                               /* share of unaccompanied children */
    double interview_in_time, interview_declined, interview_late;
    double adoption; /* share of children who enter under 5 */
    /* Recording. */
    double bare_dates, same_day, within_two_days, within_two_weeks; /* the rest within two months */
    double never, wrong, voided, repeated, misordered;
};

extern const struct sample_rates sample_rates;

#endif

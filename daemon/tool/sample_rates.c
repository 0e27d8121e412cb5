/* sample_rates.c: the figures. Lines are those of the domain catalogue's files. */
#include "sample_rates.h"

const struct sample_rates sample_rates = {
    .leavers = 0.1,          /* E */
    .entries = 0.38,         /* indicators.md:363,365: 150 in a year, 395 in care (001:77,1042) */
    .weekend_entries = 0.31, /* README.md section 5, after T14: about 31% of entries */
    .ages = {59, 79, 297},   /* indicators.md:306, last column (003:475) */
    .male = 0.57,            /* indicators.md:414 (004:544) */
    .disabled = 0.09,        /* indicators.md:414 (004:545) */
    .uasc = 0.102,           /* indicators.md:406, last month (004:601) */
    .short_breaks = 0.06,    /* E */
    .ends = 0.25,            /* E, so that with those who turn 18 it is 0.48: indicators.md:363,366 (001:77,1044) */

    /* E, these four: they come to 11% with three placements in a year, and 57% of those in care for two and a half
     * years who stayed for two. Published: 12% and 67%, indicators.md:371,370 (001:1054,1052). */
    .unsettled = 0.18,
    .moves_unsettled = 3.2,
    .moves_first_year = 0.25,
    .moves_later = 0.03,
    .foster = 0.73,          /* indicators.md:368 (001:1046) */
    .residential = 0.05,     /* indicators.md:368 (001:1050) */
    .school = 0.01,          /* indicators.md:368 (001:1050) */
    .connected = 0.18,       /* E */
    .out_of_area = 0.51,     /* indicators.md:417 (004:546) */
    .distant = 0.349,        /* indicators.md:418, over 20 miles, of those out of county (004:546) */
    .own_provision = 0.306,  /* indicators.md:416 (004:688) */
    .agency = 0.375,         /* indicators.md:416 (004:689) */
    .same_carer = 0.05,      /* E */
    .temporary_stays = 0.15, /* E */
    .long_term = 0.5,        /* E */
    .visits_agreed = 0.5,    /* E */
    .unregulated = 0.008,    /* E */
    .secure = 0.03,          /* E: many times what it is in life, so that a thousand children show it */
    .registered = 0.93,      /* E */

    .visit_in_time = 0.767,    /* indicators.md:428: 409 of 533 (004:548) */
    .visit_unseen = 0.04,      /* E */
    .seen_alone = 0.85,        /* E */
    .review_in_time = 0.93,    /* indicators.md:441 (004:1545) */
    .review_attended = 0.54,   /* indicators.md:442 (004:1567) */
    .review_by_others = 0.41,  /* indicators.md:442 (004:1567) */
    .adoption_review = 0.78,   /* E */
    .iha_asked_in_time = 0.88, /* E */
    .iha_by_doctor = 0.95,     /* E */
    .iha_28_days = 0.83,       /* indicators.md:346, the later year (000:175) */
    .iha_42_days = 0.96,       /* indicators.md:347, the later year (000:175) */
    .rha_under_5 = 0.975,      /* indicators.md:348, the last year (000:191) */
    .rha_5_and_over = 0.86,    /* indicators.md:350, the last year (000:193) */
    .health_refused = 0.03,    /* E */
    .missing_children = 0.2,   /* E */
    .missing_a_year = 6.4,  /* so that all have 55.6 episodes a month among 769: indicators.md:403,408 (004:865,598) */
    .missing_absent = 0.15, /* E */
    .missing_on_arrival = 0.06, /* E */
    .interview_in_time = 0.63,  /* indicators.md:121, the national average: held or declined within 72 hours */
    .interview_declined = 0.2,  /* E, of those offered */
    .interview_late = 0.17,     /* E; the rest never */
    .adoption = 0.45,           /* E */

    .bare_dates = 0.3,        /* E */
    .same_day = 0.66,         /* E */
    .within_two_days = 0.2,   /* E */
    .within_two_weeks = 0.11, /* E */
    .never = 0.015,           /* E, of what practice records; starts and ends of care and placements always come */
    .wrong = 0.015,           /* E: a wrong date, corrected later */
    .voided = 0.003,          /* E: recorded for the wrong child, and removed */
    .repeated = 0.005,        /* E: delivered twice */
    .misordered = 0.005,      /* E: delivered after later ones */
};

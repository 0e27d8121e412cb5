"""The event types of domain/events.md section 2, as a compact table.

One line a type: name; subject kinds (- is child, * is any); required fields; optional fields. A field is a name and a
kind: d date, t time, b true or false, n number, l list of references, none: text."""

PERSON = ("date_of_birth:d sex ethnicity religion language disability sen uasc:b complex_needs:b isolated:b pregnant:b "
          "is_parent:b home_area home_location sibling_group parents:l school_year:n")

TABLE = f"""
child.registered; -; date_of_birth:d; {PERSON}
child.updated; -; ; {PERSON}
child.died; -; ; in_care:b aware_at:t
care.started; -; legal_status arrangement; start_known:b planned requested_by need_code home_location previously_in_care:b
care.ended; -; reason; planned:b destination
legal_status.changed; -; legal_status action; expires_on:d order out_of_hours:b
legal_application.made; -; order; applicant
proceedings.issued; proceedings; children:l; court
proceedings.concluded; proceedings; outcome; extended_weeks:n
status.started; -; status; category plan_number:n reason provider
status.ended; -; status; reason
change.proposed; -; kind; planned_for:d key_stage_4:b location placement_type readiness_recorded:b housing_vulnerability
decision.made; child carer; kind outcome; by_role body stage:n basis funder until:d rationale_recorded:b priority:n
notification.sent; child carer home authority; kind to; about written:b withheld:b
information.given; -; kind; by_role age_appropriate:b copy_on_file:b
placement.requested; -; request; priority:n planned information_complete:b family_considered:b in_house_explored:b high_cost:b needs:l matches:n
placement.started; -; placement placement_type location; provider provider_ref home carer urn registration basis arrangement host_authority distance_miles:n border_miles:n same_carer:b temporary:b planned long_term:b matched:b siblings_together school_kept cost_week:n
placement.changed; -; placement; placement_type basis long_term:b matched:b visits_agreed:b registration carer
placement.ended; -; placement; reason planned:b disrupted:b
placement_plan.agreed; -; placement; kind signed:b delegated_authority:b independence_expectations:b bespoke_outcomes:b
worker.allocated; child carer; role worker; provider reason already_involved:b
worker.ended; child carer; role worker; reason
worker.recorded; worker; role; fte:n newly_qualified_from:d agency:b available:b reason
case.transferred; -; to_team; from_team reason
visit.made; child home; kind by_role; seen:b seen_alone:b not_alone_reason refused:b carer_seen:b placement findings:n
contact.made; -; by_role; kind method in_touch review
family_contact.recorded; -; kind; with supervised:b tool_used:b kept:b
oversight.recorded; -; kind by_role; rationale_recorded:b critical_reflection:b theme
case_element.recorded; -; kind; contingency_plan:b
follow_up.recorded; -; kind about; by_role
care_plan.agreed; -; version:n; complete:b kind visit_interval_days:n reflects_pledge:b scrutinised_by
permanence_plan.agreed; -; route; ready_to_match:b foster_to_adopt_considered:b review_number:n
health_plan.agreed; -; ; reviewed:b
transition_plan.agreed; -; ; stage options_explained:b housing_vulnerability readiness_recorded:b return_in_county:b
safety_plan.agreed; -; kind;
action.set; child body; action source_kind; owner_role owners:l due_on:d due_meeting milestone:b minute
action.updated; child body; action; due_on:d due_meeting
action.closed; child body; action; closure
progress.rated; -; kind rating; permanence_achieved:b colour provider
review.scheduled; -; review kind planned_for:d; number:n reason
review.held; -; review kind; number:n participation views chaired_by_child:b advocate_present:b guardian:b documents_complete:b arrangements_complete:b meeting_held:b late_reason permanence_plan:b conference
review.adjourned; -; review; resumes_on:d reason
review.report_submitted; -; review; by_role
review.decisions_distributed; -; review; to
review.decisions_answered; -; review outcome; by_role
review.record_distributed; -; review; completed_on:d
health_assessment.requested; -; kind; consent_form_sent:b host_authority provider
health_assessment.offered; -; kind; appointment_at:t provider
health_assessment.completed; -; kind; assessor written_report:b provider host_authority reported_on:d smoking_discussed:b drugs_discussed:b alcohol_discussed:b ehc_linked:b child_views:b
health_assessment.refused; -; kind; by
health_assessment.missed; -; kind; reason
dental_check.completed; -; ; refused:b
immunisations.recorded; -; up_to_date;
sdq.completed; -; ; score:n completed_by reason_none
health_check.completed; -; kind; result
pep.completed; -; kind; term key_stage:n social_worker_present:b child_attended:b child_views:b views_invited_on:d targets_recorded:b in_lesson_time:b
school.place_started; -; school setting; full_time:b mid_year:b phase year_group:n rating key_worker_named:b entitlement_age:n reason
school.place_ended; -; school; reason completed:b
school.excluded; -; kind; school days:n
attendance.recorded; -; period_start:d period_end:d; possible:n attended:n percentage:n phase year_group:n
attainment.recorded; -; stage; measure result expected
missing.started; -; episode kind; reported_by risk police_told_at:t
missing.ended; -; episode; whereabouts_known harmed outcome
return_interview.offered; -; episode; by_role
return_interview.completed; -; episode; by_role independent:b
return_interview.declined; -; episode;
strategy_meeting.held; -; kind; chaired_by multi_agency:b section_47:b
risk.assessed; -; kind level; contingency_plan:b indicators:n
concern.raised; child carer home worker; kind; concern location suspect by
concern.closed; child carer home worker; kind; concern
incident.recorded; child home; kind; serious:b police_involved:b restorative_response placement aware_at:t
offence.recorded; -; ; kind
household_factor.recorded; -; kind;
need.identified; -; kind; need distance_miles:n phase
need.met; -; kind; need by
referral.made; child carer; service; referral tier:n
referral.responded; child carer; service outcome; referral reason
enquiry.received; contact carer; kind; channel
enquiry.decided; contact carer; outcome; information_given:b
social_care_referral.received; -; ; contact
assessment.started; -; kind; allocated_on:d
assessment.completed; -; kind; outcome
adoption.progressed; -; stage; carer panel_on:d with_foster_carer:b after_order:b
pathway_assessment.completed; -; ;
pathway_plan.agreed; -; ; complete:b independence_expectations:b reflects_pledge:b
pathway_plan.reviewed; -; ; reviewer reason
accommodation.recorded; -; accommodation; suitable judged_by tenancy shared:b regulated_provision:b registration
homelessness.presented; -; ; assessed:b intentional
activity.recorded; -; activity; level neet_reason council_employer:b full_time:b
support.recorded; -; stage; need
payment.made; -; kind; amount:n
opportunity.offered; -; kind; length_days:n host
views.given; -; channel; topic tone feels_safe happy_where_living contact_enough wants_change:b via_worker:b actioned:b
voice_account.created; child worker; ;
participation.recorded; -; kind; body attended:b
leisure.recorded; -; kind; declined:b continuity_considered:b
complaint.received; child home carer; complaint; by topic stage:n
complaint.resolved; child home carer; complaint; outcome
carer.status_changed; carer; status kind; beds:n reason vacancy local:b ethnicity teenagers:b
carer.reviewed; carer; ;
home.status_changed; home; status; operator in_area:b urn
home.inspected; home; rating;
meeting.scheduled; body child; kind planned_for:t; theme
meeting.held; body child; kind; present:n members:n quorate:b roles:l views_included:b public:b
report.published; body authority; kind; period_start:d period_end:d as_at:d stage to
audit.completed; child carer home team authority; kind; grade shortfall theme placement
survey.completed; authority body; kind; respondents:n
training.completed; authority worker body; kind; people:n days:n
workforce.recorded; team authority; as_at:d; fte:n vacancies:n agency:n turnover:n newly_qualified:n sickness:n children:n role
reference.published; authority; kind; valid_from:d version value:n
escalation.raised; -; escalation stage; category task deadline:d raised_by to_role
escalation.responded; -; escalation; by_role outcome
escalation.resolved; -; escalation; outcome
alert.acknowledged; *; alert by_role until:t; rationale_code
alert.snoozed; *; alert by_role until:t; rationale_code
alert.assigned; *; alert by_role; to_worker
alert.closed; *; alert by_role rationale_code;
record.voided; *; target; reason
record.disputed; *; target; by
record.merged; *; into;
record.erased; *; ; basis
feed.load_started; authority; load;
feed.load_ended; authority; load;
feed.complete_to; authority; feed complete_to:t; usual_interval_hours:n
"""

SUBJECTS = {"child", "carer", "home", "worker", "team", "proceedings", "contact", "body", "authority"}
COMMON = "replaces notified_at:t team area worker also:l family consent"


def fields(text):
    return {name: kind for name, _, kind in (word.partition(":") for word in text.split())}


def read_table():
    types = {}
    for line in TABLE.strip().splitlines():
        name, kinds, required, optional = (part.strip() for part in line.split(";"))
        kinds = {"-": {"child"}, "*": SUBJECTS}.get(kinds) or set(kinds.split())
        types[name] = kinds, fields(required), {**fields(COMMON), **fields(optional), **fields(required)}
    return types


TYPES = read_table()
PERSON_FIELDS = set(fields(PERSON))

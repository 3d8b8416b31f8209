package casework

// Worklist (工作清单) is a list of cases that somebody owes something on, whatever their state.
type Worklist string

// The worklists.
const (
	WorkAll     Worklist = ""        // none: the list of a stage
	WorkCheck   Worklist = "check"   // 待核查: granted on a declaration that was not checked, or was false and not revoked
	WorkExplain Worklist = "explain" // 待公开超期原因: late, and nobody has said why
)

// The conditions of the worklists, in the words of their partial indexes.
const (
	openPledges = "accept_mode = 'pledged' AND decision = 'granted' AND state <> 'REVOKED' AND state <> 'ARCHIVED' AND (NOT pledge_checked OR pledge_state = 'false')"
	unexplained = "overdue_reason = '' AND promise_due > 0 AND state <> 'REVOKED' AND state <> 'ARCHIVED' AND (open AND decided_at = 0 OR decided_at >= promise_due)"
)

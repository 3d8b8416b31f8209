package hotline

import (
	"slices"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
)

// Refusal says why an action cannot be done to a ticket now (为什么).
type Refusal struct {
	Action Action `json:"action"`
	Reason string `json:"reason"`
}

// Refusals explains the actions that are absent from a dossier's Allowed: those that the actor holds the permission for
// and the state does not let through, and those that the state would let through for somebody else.
func (d *Dossier) Refusals(a *actor.Actor) []Refusal {
	current := slices.DeleteFunc(slices.Clone(d.Legs), func(l Leg) bool { return l.Round != d.Round })
	o := order{Ticket: d.Ticket, legs: current}
	var out []Refusal
	for _, row := range flow {
		if row.Aside || slices.Contains(d.Allowed, row.Action) {
			continue
		}
		if why := d.untimely[row.Action]; why != "" {
			out = append(out, Refusal{row.Action, why})
			continue
		}
		l, leg := o.acting(a, row.Perm, ""), LegState("")
		if l != nil {
			leg = l.State
		}
		_, err := check(row.Action, d.State, leg)
		may := o.visible(a, row.Perm) == nil
		switch {
		case err != nil && may:
			out = append(out, Refusal{row.Action, errs.As(err).Public})
		case err == nil && !may:
			out = append(out, Refusal{row.Action, "您的角色没有“" + permissionLabel(row.Perm) + "”权限，由有权限的同事办理。"})
		case err == nil:
			if why := o.fits(row.Action, l); why != "" {
				out = append(out, Refusal{row.Action, why})
			}
		}
	}
	return out
}

func permissionLabel(p actor.Permission) string {
	for _, info := range Permissions {
		if info.Name == p {
			return info.Label
		}
	}
	return string(p)
}

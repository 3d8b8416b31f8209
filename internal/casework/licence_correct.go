package casework

import (
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// correctLicence puts the number or the last day of a case's certificate right, in the register as well, and gives what was there. The
// last day cannot be moved while the licence is being renewed: the limit of that case is the old one.
func correctLicence(tx *store.Tx, d *dossier, field, value string) (was string, err error) {
	l, found, err := licenceOf(tx, d.CentreID, d.ID)
	if err != nil {
		return "", err
	}
	if field == "result_no" {
		was, d.ResultNo = d.ResultNo, value
		if !found {
			return was, nil
		}
		l.No = value
		return was, l.happen(tx, LicenceCorrects, note{data: map[string]any{"field": field, "was": was, "is": value}})
	}
	last, bad := clock.ParseDate(strings.TrimSpace(value))
	switch {
	case !found:
		return "", ErrInput.Field("field", "这个办件没有登记证照。")
	case bad != nil || last < l.From:
		return "", ErrInput.Field("value", "有效期止请写成 2028-08-31 这样的日期，不早于有效期起。")
	}
	return l.moveEnd(tx, &d.terms, last, note{})
}

// moveEnd puts another last day and gives the one that was there; its end is announced anew.
func (l *Licence) moveEnd(tx *store.Tx, t *Terms, last clock.Date, n note) (was string, err error) {
	running, err := renewing(tx, l.CentreID, l.ID)
	if err != nil {
		return "", err
	}
	if len(running) > 0 || l.State != InForce {
		return "", ErrLicenceState.Say("证照 %s 正在延续或已经失效，不能更正有效期。", l.No)
	}
	was = l.Until.String()
	l.term(t, last)
	l.NoticedOn = clock.NoDate
	if n.data == nil {
		n.data = map[string]any{}
	}
	n.data["field"], n.data["was"], n.data["is"] = "valid_until", was, last.String()
	return was, l.happen(tx, LicenceCorrects, n)
}

// correctTerm puts the last day of a licence right from the register itself, with a reason.
func (m *Module) correctTerm(tx *store.Tx, l *Licence, c *Case, in EndInput, b *backing) error {
	t, err := m.termsOf(tx, c.CentreID, c.VersionID)
	if err != nil {
		return err
	}
	if _, err := l.moveEnd(tx, &t, in.Until, note{text: in.Reason, authority: b.authority(), data: b.cite(nil)}); err != nil {
		return err
	}
	return recordLicence(tx, l, LicenceCorrects)
}

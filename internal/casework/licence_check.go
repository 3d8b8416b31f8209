package casework

import (
	"bytes"
	"slices"

	"yichuang/internal/chain"
	"yichuang/internal/store"
)

// checkLicence proves the licence of a case: the chain of its events, that they follow the table, that its number and holder are the
// case's, and that what it follows was renewed by it.
func checkLicence(tx *store.Tx, c *Case, say func(seq int64, format string, args ...any)) error {
	l, ok, err := licenceIn(tx, c.CentreID, "id", string(c.ID))
	if err != nil || !ok {
		return err
	}
	events, err := licenceEvents(tx, c.CentreID, c.ID)
	if err != nil {
		return err
	}
	if seq := chain.Broken(events, l.EventSeq, l.EventHash); seq != 0 {
		say(seq, "证照 %s 的登记链条断开", l.No)
		return nil
	}
	replayLicence(&l, events, say)
	switch {
	case l.IssuedAt != 0 && l.No != c.ResultNo:
		say(0, "证照编号与办件不一致")
	case l.HolderID != c.ApplicantID || l.ItemID != c.ItemID || l.UnitID != c.UnitID:
		say(0, "证照 %s 的持证人、事项或单位与办件不一致", l.No)
	case c.State == Revoked && l.State != Annulled && l.State != Cancelled && l.State != Forfeited:
		say(0, "决定已撤销，证照 %s 仍为“%s”", l.No, l.State.Label())
	case l.Renews != c.Renews && l.Renews != "":
		say(0, "证照 %s 延续的不是办件申请延续的证照", l.No)
	}
	if l.Renews == "" {
		return nil
	}
	old, ok, err := licenceIn(tx, c.CentreID, "id", string(l.Renews))
	if err != nil {
		return err
	}
	if !ok || l.From <= old.From || l.State == InForce && old.State == InForce {
		say(0, "证照 %s 与它延续的证照不衔接", l.No)
	}
	return nil
}

// replayLicence follows the events of a licence by the table. One from before the register has none for its beginning.
func replayLicence(l *Licence, events []Event, say func(seq int64, format string, args ...any)) {
	state := LicenceState("")
	for i := range events {
		e := &events[i]
		step, ok := licenceFlow[LicenceAction(e.Action)]
		was, is := LicenceState(e.Was), LicenceState(e.State)
		switch {
		case !ok || !slices.Contains(step.from, was) || step.to != "" && is != step.to || step.to == "" && is != was:
			say(e.Seq, "证照 %s “%s”时不能“%s”", l.No, was.Label(), LicenceAction(e.Action).Label())
		case i > 0 && was != state:
			say(e.Seq, "证照 %s 的前一状态与上一条不一致", l.No)
		}
		state = is
	}
	if len(events) > 0 && state != l.State || len(events) == 0 && !bytes.Equal(l.EventHash, nil) {
		say(0, "证照 %s 的状态与登记记录不一致", l.No)
	}
}

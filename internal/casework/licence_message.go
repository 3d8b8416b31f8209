package casework

import (
	"context"
	"errors"

	"yichuang/internal/clock"
	"yichuang/internal/outbox"
	"yichuang/internal/store"
)

// messageLicence is the kind of the message that tells a holder that his licence ends (证照期满提醒).
const messageLicence = "casework.licence_near"

// tellHolder lets a message wait for the holder of a licence whose end comes near, once for its term: when he came himself with the case
// that gave it, agreed to this very purpose (个人信息保护法 art. 14; who was asked before for invitations to
// rate only did not), and can still apply for renewal in time (行政许可法 art. 50).
func (m *Module) tellHolder(tx *store.Tx, l *Licence) error {
	if !l.Ends() || l.ApplyBy.IsZero() || l.ApplyBy < tx.Now().Date() {
		return nil
	}
	c, err := store.Get[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND id = $2", l.CentreID, l.ID)
	if errors.Is(err, store.ErrNotFound) || err == nil && (!c.Reminders || c.AgentID != "" || c.ApplicantID != l.HolderID) {
		return nil
	}
	if err != nil {
		return err
	}
	return m.outbox.Put(tx, outbox.Message{CentreID: l.CentreID, Kind: messageLicence, Object: string(l.ID), Turn: turnOf(l.Until), No: l.No, PersonID: l.HolderID,
		Text: "您持有的证照（编号 " + l.No + "）有效期到 " + l.Until.String() + "。需要延续的，请在 " + l.ApplyBy.String() + " 以前提出申请；已经申请或不再需要的，不必理会。"})
}

// turnOf is the term of a licence as the turn of its message: the day on which it ends.
func turnOf(until clock.Date) int64 {
	return int64(until.Year())*10000 + int64(until.Month())*100 + int64(until.DayOfMonth())
}

// licenceMessage finishes such a message, which has no link. It is dropped where the licence is no longer in force or ends on another day,
// where its holder has applied for renewal, and where the time for that is over.
func (m *Module) licenceMessage(ctx context.Context, g *outbox.Message) (string, error) {
	return "", m.db.Read(ctx, func(tx *store.Tx) error {
		l, ok, err := licenceOf(tx, g.CentreID, CaseID(g.Object))
		if err != nil {
			return err
		}
		if !ok || l.State != InForce || turnOf(l.Until) != g.Turn || l.ApplyBy < tx.Now().Date() {
			return outbox.Drop
		}
		list, err := renewing(tx, g.CentreID, l.ID)
		if err == nil && len(list) > 0 {
			return outbox.Drop
		}
		return err
	})
}

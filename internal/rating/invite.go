package rating

import (
	"context"
	"errors"

	"yichuang/internal/casework"
	"yichuang/internal/outbox"
	"yichuang/internal/store"
)

// messageInvite is the kind of the message that invites to rate a case (评价邀请).
const messageInvite = "rating.invite"

// invite lets a message wait for whoever came with a case and agreed to messages: one for the case, with the link of its code. It
// names neither item nor people, because others may read a telephone.
func (m *Module) invite(tx *store.Tx, c *casework.Case, p Parameters) error {
	if !c.Messages || p.Invite == 0 {
		return nil
	}
	return m.outbox.Put(tx, outbox.Message{CentreID: c.CentreID, Kind: messageInvite, Object: string(c.ID), No: c.No, PersonID: or(c.AgentID, c.ApplicantID),
		Text: "您申请的办件（" + c.No + "）已有结果，请评价我们的服务：" + outbox.LinkHere + " （" + itoa(p.WindowDays) + " 天内有效，请勿转发）"})
}

// invitation gives the link of such a message. It is dropped where somebody has rated already, or the time for it is over.
func (m *Module) invitation(ctx context.Context, g *outbox.Message) (path string, err error) {
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		s, err := store.Get[Service](tx, "SELECT "+serviceColumns+" FROM rating_service WHERE centre_id = $1 AND kind = $2 AND subject = $3", g.CentreID, OfCase, g.Object)
		if errors.Is(err, store.ErrNotFound) || err == nil && (s.Rated || tx.Now() >= s.Until) {
			return outbox.Drop
		}
		return err
	})
	if err != nil {
		return "", err
	}
	centre, err := m.org.Centre(ctx, g.CentreID)
	return Path(centre.Code, m.Code(OfCase, g.Object), ByMessage), err
}

// Path is the address of the form for a code in a centre, below the address of the installation: it says nothing but the code and
// from where somebody comes.
func Path(centre, code string, via Channel) string {
	return "/rate/c/" + centre + "/s/" + code + "?via=" + string(via)
}

package casework

import (
	"context"
	"errors"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/crypt"
	"yichuang/internal/item"
	"yichuang/internal/once"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Apply takes the application of somebody without an account (网上申请), with the files of its materials. It needs no
// permission: whoever applies acts in his own right. The case belongs to the centre's hall, whose window looks at it within
// a working day (预审); its receipt is the moment at which it came in.
func (m *Module) Apply(ctx context.Context, in IntakeInput) (Intake, error) {
	a := actor.From(ctx)
	in.Window = ""
	if err := in.validate(false); err != nil {
		return Intake{}, err
	}
	who := m.party.SealApplicant(in.Applicant)
	var agent party.SealedApplicant
	if in.Agent.Name != "" {
		agent = m.party.SealApplicant(in.Agent)
	}
	digest := []any{m.keys.BlindIndex(crypt.KindID, in.Applicant.IDNo), in.Items, in.Package}
	for _, x := range in.Items {
		digest = append(digest, x.Files.digest())
	}
	var out Intake
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		out = Intake{}
		id := VisitID(tx.NewID())
		prior, repeated, err := once.ClaimContent(tx, in.Key, "casework.apply", digest, string(id))
		if err != nil {
			return err
		}
		if repeated {
			out, err = m.intakeOf(tx, a.CentreID, VisitID(prior))
			return err
		}
		hall, err := m.org.HallTx(tx, a.CentreID)
		if err != nil {
			return err
		}
		v := Visit{CentreID: a.CentreID, ID: id, SiteID: hall, Channel: onlineChannel(in.Channel), At: tx.Now(), QueryBix: m.codeIndex(m.QueryCode(id)), Messages: in.Messages}
		if v.ApplicantID, err = m.party.SaveApplicant(tx, a.CentreID, who); err != nil {
			return err
		}
		if in.Agent.Name != "" {
			if v.AgentID, err = m.party.SaveApplicant(tx, a.CentreID, agent); err != nil {
				return err
			}
		}
		if err := m.lead(tx, &v, in.Package, in.Items); err != nil {
			return err
		}
		out, err = m.receive(tx, v, in.Items)
		return err
	})
	return out, err
}

// onlineChannel is the channel of an online application: from a phone, or else from a computer.
func onlineChannel(channel string) string {
	if channel == ChannelMobile {
		return ChannelMobile
	}
	return ChannelOnline
}

// Prereview passes an online application on to acceptance (预审通过、接件): it is of this organ and can be read. One with gaps
// is not passed but told all of them at once, by Notify.
func (m *Module) Prereview(ctx context.Context, cmd Command, remark string) (Case, error) {
	return m.run(ctx, cmd, ActPrereview, remark, func(tx *store.Tx, d *dossier) (note, error) {
		d.stop(tx, ClockPrereview)
		return note{text: strings.TrimSpace(remark)}, nil
	})
}

// Own names one case of a visit to its applicant: by the query code of the visit, the last four digits of the phone and the
// case's number.
type Own struct {
	Code string `json:"code" maxLength:"20" doc:"查询码"`
	Tail string `json:"phone_tail" maxLength:"4" doc:"手机号后四位"`
	No   string `json:"no" maxLength:"40" doc:"办件编号"`
}

// SupplyOwn takes what an applicant supplies online (网上补正). What is not everything yet is kept, and the case goes on
// waiting; with everything it is complete, and must be accepted within a working day.
func (m *Module) SupplyOwn(ctx context.Context, own Own, files Uploads) (Case, error) {
	if len(files) == 0 {
		return Case{}, ErrInput.Field("files", "请选择要补交的文件。")
	}
	return m.own(ctx, own, func(tx *store.Tx, d *dossier) error {
		if _, err := check(ActSupply, d.State); err != nil {
			return err
		}
		n, err := d.attach(tx, files)
		if err != nil {
			return err
		}
		if len(d.terms.missing(d.materials)) > 0 {
			return m.apply(tx, d, ActAttach, func(*store.Tx, *dossier) (note, error) { return n, nil })
		}
		return m.apply(tx, d, ActSupply, func(tx *store.Tx, d *dossier) (note, error) {
			d.CompleteAt = tx.Now()
			d.stop(tx, ClockSupply)
			return n, d.start(tx, ClockComplete, "", tx.Now().Date(), item.Limit{N: completeDays, Unit: item.Workday})
		})
	})
}

// WithdrawOwn takes an application back at the applicant's own wish, before it is decided (申请人撤回).
func (m *Module) WithdrawOwn(ctx context.Context, own Own, why string) (Case, error) {
	return m.own(ctx, own, func(tx *store.Tx, d *dossier) error {
		return m.apply(tx, d, ActWithdraw, func(tx *store.Tx, d *dossier) (note, error) {
			if why = strings.TrimSpace(why); why == "" {
				why = "申请人在网上撤回"
			}
			if len([]rune(why)) > 500 {
				return note{}, ErrInput.Field("reason", "说明最多 500 个字。")
			}
			return note{text: why}, d.end(tx)
		})
	})
}

// own changes a case for its applicant, who proves himself by code and phone. Whoever cannot gets the one answer of Track.
func (m *Module) own(ctx context.Context, own Own, do func(tx *store.Tx, d *dossier) error) (Case, error) {
	a := actor.From(ctx)
	code, tail := plainCode(own.Code), strings.TrimSpace(own.Tail)
	if len(code) != codeLen || len(tail) != 4 {
		return Case{}, ErrQuery
	}
	var c Case
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		id, err := m.ownCase(tx, a.CentreID, code, tail, strings.TrimSpace(own.No))
		if err != nil {
			return err
		}
		if err := audit.Lock(tx, a.CentreID, string(id)); err != nil {
			return err
		}
		d, err := m.load(tx, a.CentreID, id)
		if err != nil {
			return err
		}
		if err := d.renewalOver(tx); err != nil {
			return err
		}
		err = do(tx, d)
		c = d.Case
		return err
	})
	return c, err
}

func (m *Module) ownCase(tx *store.Tx, centre, code, tail, no string) (CaseID, error) {
	v, err := store.Get[Visit](tx, "SELECT "+store.Columns[Visit]("")+" FROM casework_visit WHERE centre_id = $1 AND query_bix = $2", centre, m.codeIndex(code))
	if errors.Is(err, store.ErrNotFound) {
		return "", ErrQuery
	}
	if err != nil {
		return "", err
	}
	known, err := m.knows(tx, &v, tail)
	if err != nil {
		return "", err
	}
	list, err := casesOf(tx, centre, v.ID)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(list, func(c Case) bool { return c.No == no })
	if !known || i < 0 {
		return "", ErrQuery
	}
	return list[i].ID, nil
}

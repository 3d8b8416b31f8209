package rating

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/once"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// RateInput is what somebody says of a service.
type RateInput struct {
	Level   Level    `json:"level" minimum:"1" maximum:"5" doc:"1 非常满意，2 满意，3 基本满意，4 不满意，5 非常不满意；没有默认值"`
	Channel Channel  `json:"channel,omitempty" enum:"window,progress,kiosk,sms" doc:"从哪里进来的"`
	Labels  []string `json:"labels,omitempty" maxItems:"13" doc:"评价标签的代码"`
	Text    string   `json:"text,omitempty" maxLength:"500" doc:"意见"`
	Name    string   `json:"name,omitempty" maxLength:"100" doc:"姓名；填写姓名和电话的为实名评价"`
	Phone   string   `json:"phone,omitempty" maxLength:"20" doc:"电话"`
	Key     string   `json:"-"`
}

const maxText = 500

// validate checks what was typed. A name without a phone, or a phone without a name, is no real name: it asks for both.
func (in *RateInput) validate() error {
	e := ErrInput
	if in.Level.Label() == "" {
		e = e.Field("level", "请选择满意程度，没有默认的评价。")
	}
	if in.Channel.Label() == "" {
		e = e.Field("channel", "没有这个评价渠道。")
	}
	if utf8.RuneCountInString(in.Text) > maxText {
		e = e.Field("text", "意见最多 %d 个字。", maxText)
	}
	in.Text, in.Name, in.Phone = strings.TrimSpace(in.Text), strings.TrimSpace(in.Name), strings.TrimSpace(in.Phone)
	digits := len(crypt.Normal(crypt.KindPhone, in.Phone))
	switch {
	case in.Name == "" && in.Phone == "":
	case in.Name == "":
		e = e.Field("name", "实名评价请同时填写姓名；不想实名的，姓名和电话都不填。")
	case utf8.RuneCountInString(in.Name) < 2 || utf8.RuneCountInString(in.Name) > 100:
		e = e.Field("name", "请填写姓名，2 至 100 个字。")
	case digits < 7 || digits > 15:
		e = e.Field("phone", "请填写能联系到您的电话；不想实名的，姓名和电话都不填。")
	}
	return e.OrNil()
}

// codes gives the labels that exist, as they are stored.
func (in *RateInput) codes() string {
	var out []string
	for _, l := range Labels() {
		if slices.Contains(in.Labels, l.Code) {
			out = append(out, l.Code)
		}
	}
	return strings.Join(out, " ")
}

// Rate records what a citizen says of the service of a code (评价) and gives the code of the receipt. The code of the service is
// the right to rate it, once; it does not tell whether, or what, somebody has said.
func (m *Module) Rate(ctx context.Context, code string, in RateInput) (receipt string, err error) {
	if in.Channel == ByPhone || in.Channel == "" {
		in.Channel = AtWindow
	}
	return m.rateBy(ctx, code, in)
}

// RateByPhone is Rate for a caller who tells the code on the telephone (电话评价); who typed it is in the audit log.
func (m *Module) RateByPhone(ctx context.Context, code string, in RateInput) (receipt string, err error) {
	if err := actor.From(ctx).Require(PermPhone); err != nil {
		return "", err
	}
	in.Channel = ByPhone
	return m.rateBy(ctx, code, in)
}

func (m *Module) rateBy(ctx context.Context, code string, in RateInput) (receipt string, err error) {
	err = m.record(ctx, in, func(tx *store.Tx) (Service, error) {
		s, err := m.find(tx, "code_bix", code)
		receipt = m.receiptCode(s.ID)
		return s, err
	}, func(tx *store.Tx, s *Service, _ *Task, _ Parameters) (*Rating, error) {
		switch {
		case s.Rated:
			return nil, ErrRated
		case tx.Now() >= s.Until:
			return nil, ErrOver
		}
		return nil, nil
	})
	if err != nil {
		return "", err
	}
	return receipt, nil
}

// Change lets the rater change the rating by the code of the receipt (更正评价), for some minutes and as long as nobody has
// acted on it. It makes a new version; the one before stays.
func (m *Module) Change(ctx context.Context, receipt string, in RateInput) error {
	if in.Channel == ByPhone || in.Channel == "" {
		in.Channel = AtWindow
	}
	return m.record(ctx, in, func(tx *store.Tx) (Service, error) { return m.find(tx, "receipt_bix", receipt) }, replaceable)
}

// record stores a rating of a service that is found in the transaction, in the place of the one that before gives.
func (m *Module) record(ctx context.Context, in RateInput, find func(*store.Tx) (Service, error), before func(*store.Tx, *Service, *Task, Parameters) (*Rating, error)) error {
	if err := in.validate(); err != nil {
		return err
	}
	sealed := m.party.Seal(party.Contact{Name: in.Name, Phone: in.Phone})
	r := Rating{Current: true, Level: in.Level, Channel: in.Channel, Labels: in.codes(), TextEnc: m.keys.Seal(in.Text), RealName: in.Phone != "", RaterBix: m.keys.BlindIndex(crypt.KindPhone, in.Phone),
		TakenBy: actor.From(ctx).UserID, Valid: true}
	digest := []any{in.Level, in.Labels, in.Channel, r.RaterBix, m.keys.BlindIndex(crypt.Kind("rating-text"), in.Text)}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		s, err := find(tx)
		if err != nil {
			return err
		}
		if _, repeated, err := once.ClaimContent(tx, in.Key, "rating.rate|"+s.ID, digest, s.ID); err != nil || repeated {
			return err
		}
		t, err := lockForRating(tx, &s)
		if err != nil {
			return err
		}
		p, err := loadParameters(tx, s.CentreID)
		if err != nil {
			return err
		}
		old, err := before(tx, &s, t, p)
		if err != nil {
			return err
		}
		r := r.of(&s, tx)
		if r.RealName {
			if r.RaterID, err = m.party.Save(tx, s.CentreID, sealed); err != nil {
				return err
			}
		}
		names, err := m.namesOf(tx, s.CentreID, s.People)
		if err != nil {
			return err
		}
		r.Text = Scrub(in.Text, append(names, in.Name)...)
		return m.keepRating(tx, &s, t, old, &r, p)
	})
}

// of gives the rating as one of a service, made now.
func (r Rating) of(s *Service, tx *store.Tx) Rating {
	r.CentreID, r.ID, r.ServiceID, r.Version, r.At, r.FirstAt = s.CentreID, tx.NewID(), s.ID, 1, tx.Now(), tx.Now()
	r.Kind, r.Title, r.UnitID, r.SiteID, r.StaffID = s.Kind, s.Title, s.UnitID, s.SiteID, s.StaffID
	return r
}

// find gives the service of a code, or of the code of a receipt, locked.
func (m *Module) find(tx *store.Tx, column, code string) (Service, error) {
	centre := actor.From(tx.Context()).CentreID
	code = plainCode(code)
	if centre == "" || len(code) != codeLen {
		return Service{}, ErrCode
	}
	s, err := store.Get[Service](tx, "SELECT "+serviceColumns+" FROM rating_service WHERE centre_id = $1 AND "+column+" = $2"+tx.ForUpdate(), centre, m.codeIndex(code))
	return s, hidden(err, ErrCode)
}

// lockForRating takes the chains of a service and of its task, in the order in which chains are locked. A service without a
// task gets one with an id and no state.
func lockForRating(tx *store.Tx, s *Service) (*Task, error) {
	t, err := taskOfService(tx, s.CentreID, s.ID)
	if err != nil {
		return nil, err
	}
	if t.State == "" {
		t.ID = tx.NewID()
	}
	objects := []string{s.ID, t.ID}
	audit.LockOrder(objects)
	for _, o := range objects {
		if err := audit.Lock(tx, s.CentreID, o); err != nil {
			return nil, err
		}
	}
	return &t, nil
}

// replaceable gives the rating that a new one takes the place of, within its minutes.
func replaceable(tx *store.Tx, s *Service, t *Task, p Parameters) (*Rating, error) {
	if !s.Rated {
		return nil, ErrCode
	}
	r, err := currentRating(tx, s.CentreID, s.ID)
	if err != nil {
		return nil, err
	}
	if !r.Valid || tx.Now() >= changeableUntil(&r, p) {
		return nil, ErrRated
	}
	if t.State == "" {
		return &r, nil
	}
	if !slices.Contains(untouched, t.State) || t.ContactedAt != 0 {
		return nil, ErrRated.Say("这次差评已经有人处理，不能再改。处理结果可以凭评价码查看。")
	}
	return &r, nil
}

// changeableUntil is when the minutes end that began with the first version.
func changeableUntil(r *Rating, p Parameters) clock.Instant {
	return r.FirstAt + clock.Instant(p.ChangeMinutes*60_000)
}

func currentRating(tx *store.Tx, centre, service string) (Rating, error) {
	return store.Get[Rating](tx, "SELECT "+ratingColumns+" FROM rating_rating WHERE centre_id = $1 AND service_id = $2 AND current", centre, service)
}

// keepRating stores a rating in the place of the one before, and opens, changes or ends the task.
func (m *Module) keepRating(tx *store.Tx, s *Service, t *Task, before, r *Rating, p Parameters) error {
	if before != nil {
		r.Version, r.FirstAt = before.Version+1, before.FirstAt
		if _, err := tx.Exec("UPDATE rating_rating SET current = $3 WHERE centre_id = $1 AND id = $2", s.CentreID, before.ID, false); err != nil {
			return err
		}
	}
	if err := store.Insert(tx, "rating_rating", *r); err != nil {
		return err
	}
	if !s.Rated {
		if err := tx.Queue("UPDATE rating_service SET rated = $3 WHERE centre_id = $1 AND id = $2", s.CentreID, s.ID, true); err != nil {
			return err
		}
	}
	perm := actor.Permission("")
	if r.Channel == ByPhone {
		perm = PermPhone
	}
	if err := audit.RecordIn(tx, s.CentreID, audit.Entry{Action: "rating.rate", Permission: perm, Kind: "rating_service", Object: s.ID, Detail: map[string]any{"level": r.Level, "channel": r.Channel, "version": r.Version, "real_name": r.RealName}}); err != nil {
		return err
	}
	return m.taskFor(tx, s, t, r, p)
}

// Receipt (评价回执) is what the holder of a code sees of the service: what it was, what was said, and what has become of it.
type Receipt struct {
	Kind     ServiceKind   `json:"kind"`
	Title    string        `json:"title"`
	Unit     string        `json:"unit,omitempty"`
	Site     string        `json:"site,omitempty"`
	Window   string        `json:"window,omitempty"`
	Day      clock.Date    `json:"day"`
	Until    clock.Instant `json:"until"`
	Open     bool          `json:"open"`               // may be rated now, or changed
	Given    *Given        `json:"rating,omitempty"`   // what was said
	Steps    []GivenStep   `json:"steps,omitempty"`    // what has become of a bad rating
	Confirms bool          `json:"may_confirm"`        // the rater may say now whether the correction satisfies
	Answered string        `json:"answered,omitempty"` // what the rater said of the correction
	Changes  clock.Instant `json:"changes_until,omitzero"`
	taskID   string
}

// Given is a rating as its rater sees it.
type Given struct {
	Level    Level         `json:"level"`
	Labels   []string      `json:"labels,omitempty"`
	Text     string        `json:"text,omitempty"`
	RealName bool          `json:"real_name"`
	At       clock.Instant `json:"at"`
	Valid    bool          `json:"valid"`
	Reason   string        `json:"reason,omitempty"`
}

// GivenStep is one step of a bad rating that its rater is told of.
type GivenStep struct {
	At   clock.Instant `json:"at"`
	Text string        `json:"text"`
}

// Look gives the service of a code, for whoever holds the code. It is the same whether somebody has rated or not.
func (m *Module) Look(ctx context.Context, code string) (Receipt, error) {
	return m.look(ctx, "code_bix", code, func(tx *store.Tx, s *Service, out *Receipt) error {
		out.Open = tx.Now() < s.Until
		return nil
	})
}

// Follow gives a rating with what has become of it, for whoever holds the code of its receipt.
func (m *Module) Follow(ctx context.Context, receipt string) (Receipt, error) {
	return m.look(ctx, "receipt_bix", receipt, m.given)
}

func (m *Module) look(ctx context.Context, column, code string, more func(*store.Tx, *Service, *Receipt) error) (Receipt, error) {
	var out Receipt
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		centre, code := actor.From(ctx).CentreID, plainCode(code)
		if centre == "" || len(code) != codeLen {
			return ErrCode
		}
		s, err := store.Get[Service](tx, "SELECT "+serviceColumns+" FROM rating_service WHERE centre_id = $1 AND "+column+" = $2", centre, m.codeIndex(code))
		if err != nil {
			return hidden(err, ErrCode)
		}
		out = Receipt{Kind: s.Kind, Title: s.Title, Window: s.Window, Day: s.At.Date(), Until: s.Until}
		if out.Unit, out.Site, err = m.placeNames(tx, centre, s.UnitID, s.SiteID); err != nil {
			return err
		}
		return more(tx, &s, &out)
	})
	return out, err
}

func (m *Module) given(tx *store.Tx, s *Service, out *Receipt) error {
	r, err := currentRating(tx, s.CentreID, s.ID)
	if err != nil {
		return hidden(err, ErrCode)
	}
	p, err := loadParameters(tx, s.CentreID)
	if err != nil {
		return err
	}
	out.Given = &Given{r.Level, r.LabelNames(), r.Text, r.RealName, r.At, r.Valid, r.Reason}
	t, err := taskOfService(tx, s.CentreID, s.ID)
	if err != nil {
		return err
	}
	switch _, err := replaceable(tx, s, &t, p); {
	case err == nil:
		out.Open, out.Changes = true, changeableUntil(&r, p)
	case !errors.Is(err, ErrRated):
		return err
	}
	if t.State == "" {
		return nil
	}
	out.taskID, out.Confirms, out.Answered = t.ID, t.State == FollowUp && t.RealName, t.Answer
	events, err := loadEvents(tx, s.CentreID, t.ID)
	for _, e := range events {
		if text := publicSteps[e.Action]; text != "" {
			out.Steps = append(out.Steps, GivenStep{e.At, text})
		}
	}
	return err
}

// placeNames gives the names of a unit and a site; "" for none.
func (m *Module) placeNames(tx *store.Tx, centre, unit, site string) (unitName, siteName string, err error) {
	if unit != "" {
		u, err := m.org.UnitTx(tx, centre, unit)
		if err != nil {
			return "", "", err
		}
		unitName = u.Name
	}
	if site != "" {
		s, err := m.org.SiteTx(tx, centre, site)
		if err != nil {
			return "", "", err
		}
		siteName = s.Name
	}
	return unitName, siteName, nil
}

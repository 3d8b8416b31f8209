package hotline

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/knowledge"
	"yichuang/internal/once"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// CitizenActor is somebody on the public pages of a centre: they may register a request, and follow and rate it with
// its query code.
func CitizenActor(centre, ip, requestID string) *actor.Actor {
	return &actor.Actor{Kind: actor.Citizen, Name: "群众", CentreID: centre, IP: ip, RequestID: requestID,
		Grants: map[actor.Permission]actor.Scope{PermRegister: actor.Own}}
}

// Registered is a new ticket with the code that its caller follows it by.
type Registered struct {
	Ticket
	QueryCode string `json:"query_code"`
}

// codeLen is the length of a query code: 10 characters of base 32 are 50 bits, far beyond guessing at the rate allowed.
const codeLen = 10

// QueryCode gives the code (查询码) of a ticket; it is derived from the key file, so it can be told again later and is
// not stored.
func (m *Module) QueryCode(t TicketID) string {
	b := crypt.SM3([]byte(m.keys.BlindIndex(crypt.Kind("query-code"), string(t))))
	var n int64
	for _, c := range b[:8] {
		n = n<<8 | int64(c)
	}
	return strings.ToUpper(id.Format(n & (1<<62 - 1))[id.Len-codeLen:])
}

func (m *Module) codeIndex(code string) string {
	return m.keys.BlindIndex(crypt.Kind("query"), code)
}

// Register makes a ticket (登记) in state DRAFT. It fails with hotline.input where a field is wrong, and repeats its
// answer for a repeated key.
func (m *Module) Register(ctx context.Context, in RegisterInput) (Registered, error) {
	a := actor.From(ctx)
	if err := a.Require(PermRegister); err != nil {
		return Registered{}, err
	}
	in.Normalize()
	if err := in.Validate(); err != nil {
		return Registered{}, err
	}
	p := m.prepare(in)
	var t Ticket
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		t, err = m.register(tx, p)
		return err
	})
	if err != nil {
		return Registered{}, err
	}
	return Registered{Ticket: t, QueryCode: m.QueryCode(t.ID)}, nil
}

// prepared is a request with everything computed that need not happen inside the transaction.
type prepared struct {
	RegisterInput
	contact party.Sealed
	tokens  string
	digest  string
}

func (m *Module) prepare(in RegisterInput) prepared {
	p := prepared{RegisterInput: in, contact: m.party.Seal(party.Contact{Name: in.Name, Phone: in.Phone})}
	if in.Confidential != ConfidentialAll {
		p.tokens = SearchTokens(in.Title, in.Content, in.Address)
	}
	sum := crypt.SM3([]byte(fmt.Sprintf("%+v", in)))
	p.digest = fmt.Sprintf("%x", sum[:8])
	return p
}

func (m *Module) register(tx *store.Tx, p prepared) (Ticket, error) {
	a := actor.From(tx.Context())
	ticketID := TicketID(tx.NewID())
	m.party.Ahead(tx, a.CentreID, p.contact)
	audit.Ahead(tx, a.CentreID, string(ticketID))
	prior, repeated, err := once.Claim(tx, p.Key, string(ActRegister)+"|"+p.digest, string(ticketID))
	if err != nil {
		return Ticket{}, err
	}
	if repeated {
		o, err := loadOrder(tx, a.CentreID, TicketID(prior))
		if err != nil {
			return Ticket{}, err
		}
		return o.Ticket, nil
	}
	o, err := m.newOrder(tx, p, ticketID)
	if err != nil {
		return Ticket{}, err
	}
	o.No, err = nextNumber(tx, a.CentreID, tx.Now().Date())
	if err != nil {
		return Ticket{}, err
	}
	if err := m.linkFollowing(tx, o, p.Follows); err != nil {
		return Ticket{}, err
	}
	if p.CallID != "" {
		if err := m.telephony.LinkTx(tx, p.CallID, string(ticketID)); err != nil {
			return Ticket{}, err
		}
	}
	if err := savePlace(tx, &o.Ticket, p.Place); err != nil {
		return Ticket{}, err
	}
	n, err := o.attach(tx, note{data: map[string]any{"channel": p.Channel, "kind": p.Kind}}, FromCitizen, p.Files)
	if err != nil {
		return Ticket{}, err
	}
	err = m.insertOrder(tx, o, TicketText{p.Content, p.Address}, p.tokens, ActRegister, PermRegister, n)
	return o.Ticket, err
}

func (m *Module) newOrder(tx *store.Tx, p prepared, ticketID TicketID) (*order, error) {
	a := actor.From(tx.Context())
	caller, err := m.party.Save(tx, a.CentreID, p.contact)
	if err != nil {
		return nil, err
	}
	now := tx.Now()
	t := Ticket{CentreID: a.CentreID, ID: ticketID, State: Draft, Open: true, QueueAt: now, Round: 1, Channel: p.Channel, Kind: p.Kind, Urgency: p.Urgency,
		Category: p.Category, Area: p.Area, Title: p.Title, EventAt: p.EventAt, Anonymous: p.Anonymous, Confidential: p.Confidential, ReplyWanted: !p.NoReply,
		CallerID: caller, AccusedUnit: p.AccusedUnit, UpstreamRef: p.UpstreamRef, UpstreamDue: p.UpstreamDue, CreatedBy: a.UserID, CreatedAt: now, EventHash: []byte{}}
	return &order{Ticket: t}, nil
}

// ticketRow is a whole row of hotline_ticket.
type ticketRow struct {
	Ticket
	TicketText
	QueryBix string `db:"query_bix"`
}

// insertOrder writes a new ticket with its first event, counts, index entry and audit line.
func (m *Module) insertOrder(tx *store.Tx, o *order, body TicketText, tokens string, action Action, perm actor.Permission, n note) error {
	if err := audit.Lock(tx, o.CentreID, string(o.ID)); err != nil {
		return err
	}
	o.keepFacts(&n)
	e, err := appendEvent(tx, &o.Ticket, action, n)
	if err != nil {
		return err
	}
	o.Version = 1
	o.Open = o.State.Open()
	if err := store.Insert(tx, "hotline_ticket", ticketRow{o.Ticket, body, m.codeIndex(m.QueryCode(o.ID))}); err != nil {
		return err
	}
	o.counts.moved(CountState, "", string(o.State))
	o.counts.add(CountReceived, o.CreatedAt.Date(), o.Channel, 1)
	if err := o.counts.save(tx, o.CentreID, o.ID); err != nil {
		return err
	}
	if tokens != "" {
		doc, err := id.Parse(string(o.ID))
		if err != nil {
			return err
		}
		if err := m.index.Put(tx, o.CentreID, doc, nil, tokens); err != nil {
			return err
		}
	}
	return audit.Record(tx, audit.Entry{Action: "hotline." + string(action), Permission: perm, Kind: "ticket", Object: string(o.ID),
		Detail: map[string]any{"no": o.No, "seq": e.Seq, "state": o.State}, Digest: e.Hash})
}

// nextNumber gives the next ticket number of a day: 20260508-000123.
func nextNumber(tx *store.Tx, centre string, day clock.Date) (string, error) {
	n, err := store.Get[int64](tx, `INSERT INTO hotline_number (centre_id, day, n) VALUES ($1, $2, 1)
		ON CONFLICT (centre_id, day) DO UPDATE SET n = hotline_number.n + 1 RETURNING n`, centre, day)
	if err != nil {
		return "", err
	}
	return ticketNumber(day, n), nil
}

func ticketNumber(day clock.Date, n int64) string {
	return fmt.Sprintf("%04d%02d%02d-%06d", day.Year(), day.Month(), day.DayOfMonth(), n)
}

// do runs one action on a ticket in its own transaction and gives the ticket as it is then.
func (m *Module) do(ctx context.Context, cmd Command, action Action, digest string, s step) (Ticket, error) {
	var t Ticket
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		o, err := m.act(tx, cmd, action, digest, s)
		if err == nil {
			t = o.Ticket
		}
		return err
	})
	return t, err
}

// reason checks a text that an action requires.
func Reason(field, what, s string) (string, error) {
	s = strings.TrimSpace(s)
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "", ErrInput.Field(field, "请填写%s。", what)
	case n > maxContent || !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return "", ErrInput.Field(field, "%s最多 %d 个字，且不能有无法识别的字符。", what, maxContent)
	}
	return s, nil
}

// brief checks a text that an action may have.
func brief(field, what, s string) error {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	_, err := Reason(field, what, s)
	return err
}

// Accept takes a registered request up (受理); the dispatching clock starts. Changes of kind, category, area or urgency
// may come with it. A marked line of the catalogue may dispatch it at once (自动派单).
func (m *Module) Accept(ctx context.Context, cmd Command, in Classify) (Ticket, error) {
	var t Ticket
	cmd.sent = in.sent()
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		var c clocks // stays empty where the command is a repeated one
		o, err := m.act(tx, cmd, ActAccept, fmt.Sprintf("%+v", in), func(tx *store.Tx, o *order, _ *Leg) (n note, err error) {
			c, n, err = m.accept(tx, o, in)
			return n, err
		})
		if err == nil && c.rulebook != nil {
			err = m.dispatchByRule(tx, o, c)
		}
		if err == nil {
			t = o.Ticket
		}
		return err
	})
	return t, err
}

func (m *Module) accept(tx *store.Tx, o *order, in Classify) (clocks, note, error) {
	if err := in.apply(o); err != nil {
		return clocks{}, note{}, err
	}
	c, err := m.clocks(tx, o.CentreID)
	if err != nil {
		return clocks{}, note{}, err
	}
	due := c.due(StepDispatch, &o.Ticket, tx.Now(), "")
	o.AcceptedAt, o.QueueAt = tx.Now(), due.At
	o.accepted()
	return c, note{data: map[string]any{"dispatch_due": due.At, "category": o.Category, "area": o.Area}}, nil
}

// Classify is what may be set when a request is accepted or dispatched; empty fields keep what is there.
type Classify struct {
	Category string `json:"category,omitempty"`
	Area     string `json:"area,omitempty"`
	Urgency  string `json:"urgency,omitempty"`
	Accused  string `json:"accused_unit,omitempty"`
}

func (c Classify) apply(o *order) error {
	if c.Urgency != "" {
		if c.Urgency != Ordinary && c.Urgency != Urgent && c.Urgency != Critical {
			return ErrInput.Field("urgency", "请选择紧急程度：普通、紧急、特急。")
		}
		o.Urgency = c.Urgency
	}
	was := o.Category
	for _, f := range []struct {
		to  *string
		val string
	}{{&o.Category, c.Category}, {&o.Area, c.Area}, {&o.AccusedUnit, c.Accused}} {
		if v := strings.TrimSpace(f.val); v != "" && utf8.RuneCountInString(v) <= maxShort {
			*f.to = v
		}
	}
	o.reclassified(was)
	return nil
}

// reclassified moves the count of an accepted ticket whose category has changed.
func (o *order) reclassified(was string) {
	if o.AcceptedAt == 0 || was == o.Category {
		return
	}
	day := o.AcceptedAt.Date()
	if was != "" {
		o.counts.add(CountCategory, day, was, -1)
	}
	o.counts.add(CountCategory, day, o.Category, 1)
}

func (o *order) accepted() {
	day := o.AcceptedAt.Date()
	o.counts.add(CountAccepted, day, o.Kind, 1)
	if o.Category != "" {
		o.counts.add(CountCategory, day, o.Category, 1)
	}
}

// ErrNotConsult refuses a direct answer to what must be handled by a unit.
var ErrNotConsult = errs.New(errs.Conflict, "hotline.not_consult", "只有咨询类诉求可以直接答复办结，其他诉求请受理后派单。")

// Answer answers a consultation at once (直接答复) and closes it; it counts as 直办.
func (m *Module) Answer(ctx context.Context, cmd Command, reply string) (Ticket, error) {
	reply, err := Reason("reply", "答复内容", reply)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActAnswer, reply, func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		if o.Kind != Consult {
			return note{}, ErrNotConsult
		}
		if o.AcceptedAt == 0 {
			o.AcceptedAt = tx.Now()
			o.accepted()
		}
		o.close(tx.Now(), CloseDirect)
		return m.cite(tx, o, knowledge.CitedInAnswer, cmd.Cites, note{text: reply})
	})
}

func (o *order) close(now clock.Instant, kind string) {
	o.ClosedAt, o.CloseKind, o.QueueAt = now, kind, now
	o.counts.add(CountClosed, now.Date(), kind, 1)
}

// RefusalReasons are the grounds on which a request is not taken up (不予受理), after the regulations of 潍坊 art. 19 and
// 北京 art. 11; the first one requires that the caller is told the legal route.
var RefusalReasons = []string{"应通过诉讼、仲裁、纪检监察、行政复议、政府信息公开等途径办理", "已进入信访程序", "涉及国家秘密、商业秘密、个人隐私或违反公序良俗",
	"已依法处理且有合法合理结论，或以同一事实理由重复提出", "不属于本行政区域管辖", "属于党委、人大、政协、法院、检察院、军队职责", "恶意、骚扰或无实质内容", "其他"}

// Refuse declines a request (不予受理) for one of RefusalReasons, telling the caller why and, where the law has its own
// route, which.
func (m *Module) Refuse(ctx context.Context, cmd Command, ground int, told string) (Ticket, error) {
	told = strings.TrimSpace(told)
	if ground < 1 || ground > len(RefusalReasons) {
		return Ticket{}, ErrInput.Field("ground", "请选择不予受理的理由。")
	}
	if told == "" && (ground == 1 || ground == len(RefusalReasons)) {
		return Ticket{}, ErrInput.Field("told", "请写明已告知来电人的法定途径或具体理由。")
	}
	return m.do(ctx, cmd, ActRefuse, fmt.Sprint(ground, told), func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		if err := brief("told", "已告知来电人的内容", told); err != nil {
			return note{}, err
		}
		o.close(tx.Now(), "")
		return note{text: RefusalReasons[ground-1] + "。" + told, data: map[string]any{"ground": ground}}, nil
	})
}

// Emergency hands a ticket over to 110, 119, 120 or 122 (紧急移交); what the units owed ends.
func (m *Module) Emergency(ctx context.Context, cmd Command, to, remark string) (Ticket, error) {
	if to != "110" && to != "119" && to != "120" && to != "122" {
		return Ticket{}, ErrInput.Field("to", "请选择移交的紧急电话：110、119、120 或 122。")
	}
	return m.do(ctx, cmd, ActEmergency, to+remark, func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		if err := brief("remark", "说明", remark); err != nil {
			return note{}, err
		}
		o.cancelLegs()
		o.close(tx.Now(), "")
		return note{text: strings.TrimSpace("移交 " + to + "。" + remark), data: map[string]any{"to": to}}, nil
	})
}

// Escalate marks a ticket as 特急: a leg that is not signed gets the signing limit of its new urgency, counted in natural
// minutes from now, if that ends earlier.
func (m *Module) Escalate(ctx context.Context, cmd Command, why string) (Ticket, error) {
	why, err := Reason("reason", "标为特急的理由", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActEscalate, why, func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		o.Urgency = Critical
		c, err := m.clocks(tx, o.CentreID)
		if err != nil {
			return note{}, err
		}
		if o.State == Triage {
			o.QueueAt = tx.Now()
		}
		n := note{text: why}
		for i := range o.legs {
			leg := &o.legs[i]
			if leg.State != PendingSign {
				continue
			}
			if d := c.due(StepSign, &o.Ticket, tx.Now(), leg.UnitID); d.At < leg.SignDue {
				leg.SignLimit, leg.SignDue = d.Limit, d.At
			}
			o.change(leg)
			o.follow(leg)
			if leg.Role == Lead {
				n.leg, n.data = leg.ID, map[string]any{"sign_due": leg.SignDue}
			}
			if err := m.watchNow(tx, leg); err != nil {
				return n, err
			}
		}
		return n, nil
	})
}

// Withdraw ends a ticket at the wish of its caller (撤回), whom the call-taker has verified.
func (m *Module) Withdraw(ctx context.Context, cmd Command, why string) (Ticket, error) {
	why, err := Reason("reason", "撤回原因", why)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActWithdraw, why, func(tx *store.Tx, o *order, _ *Leg) (note, error) {
		if o.Kind == Report {
			return note{}, ErrReportStays
		}
		if o.MergedCount > 0 {
			return note{}, ErrMerge.Say("已有 %d 张工单并入这张工单，来电人还在等答复，不能撤回；请先拆单。", o.MergedCount)
		}
		o.cancelLegs()
		o.close(tx.Now(), "")
		return note{text: why}, nil
	})
}

// ErrReportStays refuses to withdraw a report of wrongdoing, which is of public interest.
var ErrReportStays = errs.New(errs.Conflict, "hotline.report_stays", "举报件涉及公共利益，不能撤回；可以备注来电人的意见，照常办理。")

// Comment adds a remark (备注). No clock moves.
func (m *Module) Comment(ctx context.Context, cmd Command, remark string) (Ticket, error) {
	remark, err := Reason("text", "备注内容", remark)
	if err != nil {
		return Ticket{}, err
	}
	return m.do(ctx, cmd, ActComment, remark, func(*store.Tx, *order, *Leg) (note, error) { return note{text: remark}, nil })
}

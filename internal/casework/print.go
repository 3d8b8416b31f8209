package casework

import (
	"context"
	"errors"
	"slices"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/attest"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Paper (纸质文书) is a voucher with everything that stands on it when it is printed.
type Paper struct {
	Voucher
	Letter     Letter `json:"letter"`
	Applicant  string `json:"applicant"`
	Agent      string `json:"agent,omitempty"`
	Unit       string `json:"unit_name"` // the organ whose seal it bears; for a receipt the centre
	Site       string `json:"site_name,omitempty"`
	Code       string `json:"verify_code"`
	QueryCode  string `json:"query_code,omitempty"` // on receipts
	CaseNo     string `json:"case_no,omitempty"`
	RatingCode string `json:"rating_code,omitempty"` // on what the applicant takes home
}

// Print gives a voucher as it is printed, with the applicant's name in clear, and writes that down (打印文书). It is printed
// from then on, and no longer waits.
func (m *Module) Print(ctx context.Context, voucher string) (Paper, error) {
	a := actor.From(ctx)
	if err := a.Require(PermReadPersonal); err != nil {
		return Paper{}, err
	}
	var p Paper
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		v, cases, err := loadVoucher(tx, a, PermReadPersonal, voucher)
		if err != nil {
			return err
		}
		if p, err = m.paperOf(tx, v, cases); err != nil {
			return err
		}
		if v.PrintedAt == 0 {
			p.PrintedAt = tx.Now()
			if err := tx.Queue("UPDATE casework_voucher SET printed_at = $3 WHERE centre_id = $1 AND id = $2", v.CentreID, v.ID, tx.Now()); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Entry{Action: "casework.print", Permission: PermReadPersonal, Kind: "voucher", Object: v.ID, Detail: map[string]any{"no": v.No}})
	})
	return p, err
}

// paperOf puts together what stands on a voucher of cases.
func (m *Module) paperOf(tx *store.Tx, v Voucher, cases []Case) (Paper, error) {
	p := Paper{Voucher: v, Code: m.VerifyCode(v.ID)}
	if v.CaseID != "" {
		p.CaseNo = cases[0].No
	}
	if v.Kind == VoucherReceipt && len(cases) == 1 && m.ratingCode != nil { // several are rated one by one, where their progress is asked for
		p.RatingCode = m.ratingCode(cases[0].ID)
	}
	if err := m.paper(tx, &p, &cases[0]); err != nil {
		return p, err
	}
	return p, proveDelivery(tx, &p)
}

func (m *Module) paper(tx *store.Tx, p *Paper, c *Case) (err error) {
	if p.Letter, err = p.Voucher.Letter(); err != nil {
		return err
	}
	who, err := m.party.OpenApplicant(tx, c.CentreID, c.ApplicantID)
	if err != nil {
		return err
	}
	p.Applicant = who.Name
	if c.AgentID != "" {
		agent, err := m.party.OpenApplicant(tx, c.CentreID, c.AgentID)
		if err != nil {
			return err
		}
		p.Agent = agent.Name
	}
	if p.Kind == VoucherReceipt {
		p.QueryCode = m.QueryCode(p.VisitID)
	}
	if m.ratingCode != nil && slices.Contains([]VoucherKind{VoucherRefused, VoucherGranted, VoucherDenied, VoucherDelivery}, p.Kind) {
		p.RatingCode = m.ratingCode(c.ID)
	}
	if p.UnitID != "" {
		u, err := m.org.UnitTx(tx, c.CentreID, p.UnitID)
		if err != nil {
			return err
		}
		p.Unit = u.Name
	}
	if p.SiteID != "" {
		s, err := m.org.SiteTx(tx, c.CentreID, p.SiteID)
		if err != nil {
			return err
		}
		p.Site = s.Name
	}
	return nil
}

// Unprinted lists the vouchers of the actor's site, or department, that wait to be printed, oldest first (待打印文书).
func (m *Module) Unprinted(ctx context.Context, after string) (list []Voucher, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermReadPersonal); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("printed_at = 0").And("id > ?", after)
	reach(w, a, PermReadPersonal, "", "issued_by")
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = store.Select[Voucher](tx, "SELECT "+voucherColumns+" FROM casework_voucher"+w.SQL()+" ORDER BY id LIMIT "+itoa(ListPage+1), w.Args...)
		return err
	})
	if len(list) > ListPage {
		list = list[:ListPage]
		next = list[ListPage-1].ID
	}
	return list, next, err
}

// Verified (验证结果) is what anybody learns of a voucher by its number and code: that it is genuine, and of what.
type Verified struct {
	No        string      `json:"no"`
	Kind      VoucherKind `json:"kind"`
	Title     string      `json:"title"`
	Day       clock.Date  `json:"day"`
	Unit      string      `json:"unit_name"`
	Item      string      `json:"item,omitempty"`
	CaseNo    string      `json:"case_no,omitempty"`
	Applicant string      `json:"applicant,omitempty"` // masked
	State     string      `json:"state,omitempty"`
	Facts     []Fact      `json:"facts,omitempty"` // of a paper that is not of a case
}

// Verify tells whether a voucher is genuine (文书验证), for anybody who holds it.
func (m *Module) Verify(ctx context.Context, no, code string) (Verified, error) {
	a := actor.From(ctx)
	typed := no
	no, code = plainNo(no), plainCode(code)
	if no == "" || len(code) != codeLen {
		return Verified{}, ErrVerify
	}
	var out Verified
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		v, err := store.Get[Voucher](tx, "SELECT "+voucherColumns+" FROM casework_voucher WHERE centre_id = $1 AND no = $2", a.CentreID, no)
		if errors.Is(err, store.ErrNotFound) {
			out, err = m.verifyPaper(tx, a.CentreID, typed, no, code)
			return err
		}
		if err == nil && m.VerifyCode(v.ID) != code {
			return ErrVerify
		}
		if err != nil {
			return err
		}
		cases, err := casesOf(tx, a.CentreID, v.VisitID)
		if err != nil || len(cases) == 0 {
			return err
		}
		c := &cases[0]
		p := Paper{Voucher: v}
		if err := m.paper(tx, &p, c); err != nil {
			return err
		}
		out = Verified{No: v.No, Kind: v.Kind, Title: v.Kind.Title(), Day: v.Day, Unit: p.Unit, Applicant: crypt.MaskName(p.Applicant)}
		for i := range cases {
			if cases[i].ID == v.CaseID {
				out.Item, out.CaseNo, out.State = cases[i].ItemName, cases[i].No, cases[i].State.Label()
			}
		}
		return nil
	})
	return out, err
}

// verifyPaper verifies a paper that is not of a case: a work sheet, a request for data, a warning.
func (m *Module) verifyPaper(tx *store.Tx, centre, typed, plain, code string) (Verified, error) {
	p, err := m.attest.VerifyTx(tx, centre, typed, plain, code)
	if errors.Is(err, attest.ErrPaper) {
		return Verified{}, ErrVerify
	}
	if err != nil {
		return Verified{}, err
	}
	out := Verified{No: p.No, Kind: VoucherKind(p.Kind), Title: p.Title, Day: p.Day, Unit: p.Organ}
	for _, f := range p.Facts() {
		out.Facts = append(out.Facts, Fact(f))
	}
	return out, nil
}

// plainNo brings the brackets of a number that somebody typed to those of print: 政务受〔2026〕00012号.
func plainNo(no string) string {
	no = strings.NewReplacer(" ", "", "[", "〔", "]", "〕", "(", "〔", ")", "〕", "（", "〔", "）", "〕", "【", "〔", "】", "〕").Replace(strings.TrimSpace(no))
	if no != "" && !strings.HasSuffix(no, "号") {
		no += "号"
	}
	return no
}

// Progress (办理进度) is what an applicant sees of a visit: every case of it, each with its steps, in one place.
type Progress struct {
	No    string         `json:"no"`
	At    clock.Instant  `json:"at"`
	Site  string         `json:"site,omitempty"`
	Cases []ProgressCase `json:"cases"`
	// Papers are the vouchers that the applicant may read, oldest first.
	Papers []OwnPaper `json:"papers,omitempty"`
	// Package is the one line of progress of a package (一件事).
	Package PackageLine `json:"package"`
}

// ProgressCase is one case of a visit as the applicant sees it.
type ProgressCase struct {
	No         string         `json:"no"`
	Item       string         `json:"item"`
	Unit       string         `json:"unit_name"`
	State      string         `json:"state"`
	Open       bool           `json:"open"`
	Due        clock.Instant  `json:"promise_due,omitzero"`
	Statutory  clock.Instant  `json:"statutory_due,omitzero"`
	Late       bool           `json:"late"`
	Overdue    string         `json:"overdue_reason,omitempty"`
	Missing    []string       `json:"missing,omitempty"`
	Told       []string       `json:"told,omitempty"`   // what the notice of corrections asks for, word for word
	Wanted     []Wanted       `json:"wanted,omitempty"` // materials of which files may be sent now
	Withdraw   bool           `json:"may_withdraw"`
	Stopped    int64          `json:"stopped_days,omitempty"` // days of special procedures, which do not count (特别程序)
	StoppedIn  item.LimitUnit `json:"stopped_in,omitempty"`   // workday or day, as the limit counts
	RatingCode string         `json:"rating_code,omitempty"`  // once it was answered
	Notices    []Told         `json:"notices,omitempty"`      // what was told of refusal, denial, procedures, extensions, as on the paper
	MayAsk     bool           `json:"may_ask_correction"`     // 更正 of what is recorded may be asked for
	Asked      *Asked         `json:"asked,omitempty"`        // what was last asked, and the answer
	Steps      []ProgressStep `json:"steps"`
}

// Wanted is a material that the applicant may supply now.
type Wanted struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// ProgressStep is one step that the applicant is told of.
type ProgressStep struct {
	At   clock.Instant `json:"at"`
	Text string        `json:"text"`
}

// publicSteps words the events that an applicant is told of.
var publicSteps = map[Action]string{ActApply: "已收到网上申请，等待预审", ActPrereview: "预审通过，已接件", ActAttach: "已收到部分补交的材料", ActTell: "已告知您要求听证的权利", ActAskHearing: "已收到听证申请", ActWaive: "已登记放弃听证", ActConvene: "已通知听证的时间和地点", ActHold: "已举行听证", ActReceive: "已接件", ActSpot: "已当场更正", ActNotify: "已告知补正", ActSupply: "已收到补正材料", ActAccept: "已受理", ActDeem: "已视为受理", ActRefuse: "不予受理",
	ActRedirect: "不属于本机关职权，已告知应向哪个机关申请", ActFulfil: "已收到补齐的材料", ActFirst: "初审完成，初审意见和材料已报送决定机关", ActReview: "已审查，等待决定", ActSuspend: "已启动特别程序，所需时间不计入办理期限", ActResume: "特别程序已结束",
	ActExtend: "经批准延长办理期限", ActGrant: "已作出准予决定", ActDeny: "已作出不予决定", ActIssue: "证照已制作", ActDeliver: "已送达", ActClose: "已办结", ActCheck: "告知承诺已核查", ActWithdraw: "已按您的要求撤回", ActLapse: "视为撤回",
	ActTerminate: "已终止", ActRevoke: "决定已被撤销", ActDeemRenew: "期满前没有作出决定，依法视为准予延续", ActRunOut: "原证照有效期届满", ActReproject: "因放假安排调整，办理期限重新计算"}

// ApplicantActor is somebody on the public pages of a centre.
func ApplicantActor(centre, ip, requestID string) *actor.Actor {
	return &actor.Actor{Kind: actor.Citizen, Name: "群众", CentreID: centre, IP: ip, RequestID: requestID}
}

// Track gives the progress of a visit by its query code and the last four digits of the applicant's phone, or the agent's.
func (m *Module) Track(ctx context.Context, code, tail string) (Progress, error) {
	a := actor.From(ctx)
	code, tail = plainCode(code), strings.TrimSpace(tail)
	if len(code) != codeLen || len(tail) != 4 {
		return Progress{}, ErrQuery
	}
	var p Progress
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		v, err := store.Get[Visit](tx, "SELECT "+store.Columns[Visit]("")+" FROM casework_visit WHERE centre_id = $1 AND query_bix = $2", a.CentreID, m.codeIndex(code))
		if errors.Is(err, store.ErrNotFound) {
			return ErrQuery
		}
		if err != nil {
			return err
		}
		known, err := m.knows(tx, &v, tail)
		if err != nil {
			return err
		}
		if !known {
			return ErrQuery
		}
		p, err = m.progress(tx, &v)
		return err
	})
	return p, err
}

func (m *Module) knows(tx *store.Tx, v *Visit, tail string) (bool, error) {
	for _, id := range nonEmpty(v.ApplicantID, v.AgentID) {
		who, err := party.Load(tx, v.CentreID, id)
		if err != nil {
			return false, err
		}
		if who.TailBix == m.party.TailIndex(tail) {
			return true, nil
		}
	}
	return false, nil
}

func (m *Module) progress(tx *store.Tx, v *Visit) (Progress, error) {
	p := Progress{No: v.No, At: v.At}
	cases, err := casesOf(tx, v.CentreID, v.ID)
	if err != nil {
		return p, err
	}
	papers, err := papersOf(tx, v)
	if err != nil {
		return p, err
	}
	p.Papers = ownPapers(papers, cases)
	units := map[string]org.Unit{}
	for i := range cases {
		c := &cases[i]
		if _, ok := units[c.UnitID]; !ok {
			if units[c.UnitID], err = m.org.UnitTx(tx, c.CentreID, c.UnitID); err != nil {
				return p, err
			}
		}
		one, err := m.progressOf(tx, c, papers)
		if err != nil {
			return p, err
		}
		one.Unit = units[c.UnitID].Name
		p.Cases = append(p.Cases, one)
	}
	if p.Package, err = m.packageLine(tx, v, cases); err != nil {
		return p, err
	}
	if v.SiteID != "" {
		s, err := m.org.SiteTx(tx, v.CentreID, v.SiteID)
		if err != nil {
			return p, err
		}
		p.Site = s.Name
	}
	return p, nil
}

func (m *Module) progressOf(tx *store.Tx, c *Case, papers []Voucher) (ProgressCase, error) {
	promise, _ := c.Verdicts(tx.Now())
	out := ProgressCase{No: c.No, Item: c.ItemName, State: c.State.Label(), Open: c.State.Open(), Due: c.PromiseDue, Statutory: c.StatutoryDue, Late: promise == Late || promise == OpenLate, Overdue: c.Overdue, RatingCode: m.rateable(c)}
	parts, err := store.Select[CaseMaterial](tx, partsQuery, c.CentreID, c.ID)
	if err != nil {
		return out, err
	}
	for _, r := range parts {
		if c.State == Correcting && r.State == MaterialMissing || r.State == MaterialPromised {
			out.Missing = append(out.Missing, r.Name)
			if c.State == Correcting {
				out.Wanted = append(out.Wanted, Wanted{r.MaterialID, r.Name})
			}
		}
	}
	_, no := check(ActWithdraw, c.State)
	out.Withdraw = no == nil
	if out.Told, err = told(papers, c); err != nil {
		return out, err
	}
	if out.Notices, err = notices(papers, c); err != nil {
		return out, err
	}
	if out.Asked, err = askedOf(tx, c); err != nil {
		return out, err
	}
	_, no = check(ActAskCorrect, c.State)
	out.MayAsk = no == nil && (out.Asked == nil || out.Asked.State != ProposalOpen)
	events, err := loadEvents(tx, c.CentreID, c.ID)
	for i, e := range events {
		text, ok := publicSteps[e.Action]
		if ok && i == 0 {
			if text, err = receiptStep(tx, c, text); err != nil {
				return out, err
			}
		}
		if ok {
			out.Steps = append(out.Steps, ProgressStep{e.At, text})
		}
	}
	if err != nil || c.Stops == 0 {
		return out, err
	}
	d, err := m.complete(tx, *c)
	if err != nil {
		return out, err
	}
	out.Stopped, out.StoppedIn = d.stoodDays(tx.Now().Date())
	out.Due, out.Statutory, err = d.endsToday(tx.Now().Date())
	return out, err
}

// told gives the list of the last notice of corrections of a case that waits for them.
func told(papers []Voucher, c *Case) ([]string, error) {
	if c.State != Correcting {
		return nil, nil
	}
	for i := range slices.Backward(papers) {
		if v := &papers[i]; v.CaseID == c.ID && v.Kind == VoucherCorrection {
			l, err := v.Letter()
			return l.List, err
		}
	}
	return nil, nil
}

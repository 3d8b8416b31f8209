package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"yichuang/internal/actor"
	"yichuang/internal/blob"
	"yichuang/internal/casework"
	"yichuang/internal/item"
)

// scan is a picture of a sheet of paper, as a telephone would take it: blank, with a grey margin.
func scan() ([]byte, error) {
	img := image.NewGray(image.Rect(0, 0, 210, 297))
	for y := range 297 {
		for x := range 210 {
			img.SetGray(x, y, color.Gray{Y: 250 - uint8((x+y)%3)})
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

// citizen acts for somebody on the public pages.
func (p *casePlay) citizen() context.Context {
	return actor.With(context.Background(), casework.ApplicantActor(p.s.demo.Centre.ID, "", ""))
}

// uploads saves a picture for each material.
func (p *casePlay) uploads(codes ...string) (casework.Uploads, error) {
	picture, err := scan()
	if err != nil {
		return nil, err
	}
	out := casework.Uploads{}
	for _, code := range codes {
		up, err := p.s.app.Blobs.Save(p.s.demo.Centre.ID, bytes.NewReader(picture), "材料照片"+code+".png")
		if err != nil {
			return nil, err
		}
		out[code] = []blob.Upload{up}
	}
	return out, nil
}

// apply lets a citizen apply online so many working days ago.
func (p *casePlay) apply(ago, which int, had ...string) *caseLife {
	day := p.s.now.Date()
	for range ago {
		day = p.s.cal.PrevWorkday(day)
	}
	p.nth++
	l := &caseLife{p: p, day: day, at: day.Clock(8, 7*p.nth%30), nth: p.nth}
	p.then(l, "apply", func(m *casework.Module, _ func(string) context.Context) error {
		files, err := p.uploads(had...)
		if err != nil {
			return err
		}
		got, err := m.Apply(p.citizen(), casework.IntakeInput{Applicant: applicant(l.nth), Items: []casework.IntakeItem{{ItemID: p.items[which].ID, Files: files}}})
		if err == nil {
			l.id = got.Cases[0].ID
		}
		return err
	})
	return l
}

// onlineLives tells of applications online, a hearing, a late case with its reason published, and a package.
func (p *casePlay) onlineLives() error {
	prereview := func(l *caseLife) *caseLife {
		return l.do("prereview", caseWindow, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
			return m.Prereview(ctx, k, "材料清晰，属于本部门事项。")
		})
	}
	p.apply(0, 1, "M1", "M2")
	p.apply(3, 1, "M1").wait(1).notify()
	prereview(p.apply(4, 0, "M1", "M2", "M3").wait(1)).accept(casework.NormalMode)
	p.begin(13, 1, "M1", "M2").accept(casework.NormalMode).wait(2).review().wait(9).do("explain", caseApprover, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.Explain(ctx, k, "申请人分支机构的劳动用工情况需要外地函证，复函晚于预期。")
	})
	p.hearing()
	return p.pack()
}

// hearing is a case in which the neighbours are to be heard.
func (p *casePlay) hearing() {
	l := p.begin(5, 0, "M1", "M2", "M3").accept(casework.NormalMode).wait(1).review().wait(1)
	l.do("tell", caseChief, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.TellHearing(ctx, k, "经营场所位于居民楼内，涉及相邻住户的重大利益。")
	})
	l.wait(1).do("ask_hearing", caseWindow, func(m *casework.Module, ctx context.Context, k casework.Command) (casework.Case, error) {
		return m.AskHearing(ctx, k, "同楼三户住户书面要求听证。")
	})
}

// pack is a visit with a package (一件事) that the market regulator leads.
func (p *casePlay) pack() error {
	list, _, err := p.s.app.Item.Items(p.s.system, item.Filter{Code: "LX-YJS-001"})
	if err != nil || len(list) != 1 {
		return fmt.Errorf("demo: the package is missing: %w", err)
	}
	guide, err := p.s.app.Item.Guide(p.s.system, list[0].ID)
	if err != nil {
		return err
	}
	in := casework.IntakeInput{Window: "综合 2 号", Identity: casework.IdentityCard, Package: list[0].ID}
	for _, x := range guide.Members {
		in.Items = append(in.Items, casework.IntakeItem{ItemID: x.ItemID, Answers: map[string]string{"S1": "1"}, Had: []string{x.Content.Materials[0].Code}})
	}
	p.nth++
	in.Applicant = applicant(p.nth)
	day := p.s.cal.PrevWorkday(p.s.now.Date())
	l := &caseLife{p: p, day: day, at: day.Clock(15, 10), nth: p.nth}
	p.then(l, "package", func(m *casework.Module, as func(string) context.Context) error {
		_, err := m.Receive(as(caseWindow), in)
		return err
	})
	return nil
}

// platform lets the provincial platform's export of the last month be taken in: two cases that agree with ours, one that does
// not, and two that only the platform has.
func (p *casePlay) platform(ours []*caseLife) {
	if len(ours) < 3 {
		return
	}
	day := p.s.cal.PrevWorkday(p.s.now.Date())
	l := &caseLife{p: p, day: day, at: day.Clock(16, 40)}
	p.then(l, "platform", func(m *casework.Module, _ func(string) context.Context) error {
		text := "办件编号,本地办件编号,事项名称,受理部门,申请人名称,办件类型,办件状态,申请时间,受理时间,办结时间\n"
		for i, x := range ours[:3] {
			s, err := m.Find(p.s.system, string(x.id))
			if err != nil {
				return err
			}
			closed, state := s.ClosedAt.Time().Format("2006-01-02 15:04:05"), "办结"
			if i == 2 {
				closed, state = "", "办理中"
			}
			text += fmt.Sprintf("GS6229%06d,%s,%s,市人社局,%s,%s,%s,%s,%s,%s\n", 101+i, s.No, s.ItemName, fullName(x.nth+40), s.Kind, state, s.ReceivedAt.Time().Format("2006-01-02 15:04:05"), s.AcceptedAt.Time().Format("2006-01-02 15:04:05"), closed)
		}
		from := (p.s.now.Date() - 20).String()
		text += fmt.Sprintf("GS6229000201,,失业保险金申领,市人社局,%s,2,办结通过,%s 09:20,%s 10:00,%s 16:00\nGS6229000202,,医师执业注册,市卫健局,%s,2,受理,%s 11:05,%s 15:00,\n", fullName(81), from, from, from, fullName(82), from, from)
		im, err := m.StartImport(p.s.system, casework.PlatformFile{Name: "省平台办件导出.csv", Content: []byte(text)})
		if err == nil {
			_, err = m.ApplyImport(p.s.system, im.ID)
		}
		return err
	})
}

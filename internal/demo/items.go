package demo

import (
	"bytes"
	_ "embed" // the list of items
	"fmt"
	"strconv"
	"strings"

	"yichuang/internal/blob"
	"yichuang/internal/document/paper"
	"yichuang/internal/item"
	"yichuang/internal/org"
)

// itemsText is the start set of items of a county's hall: kinds that exist everywhere, in words of our own.
//
//go:embed items.txt
var itemsText string

// firstReviewed is the item that a lower organ accepts and reviews first (初审).
var firstReviewed = struct{ item, unit string }{"最低生活保障审核确认", "城郊镇"}

// sampled is the item whose guide shows what the applicant gets (结果样本).
const sampled = "食品经营许可（新办）"

// resultSample is a certificate with nobody's name in it, as a file in the attachment store.
func (s *stage) resultSample(c *item.Content) (blob.Upload, error) {
	var b bytes.Buffer
	text := []paper.Block{paper.Text(paper.Title, c.Result.Name+"\n（样本）"), paper.Text(paper.Body, "经营者名称：某某餐饮店"), paper.Text(paper.Body, "经营项目：热食类食品制售"), paper.Text(paper.Body, "许可证编号：JY2 6229 0100 0000 0"),
		paper.Text(paper.Body, "有效期：自发证之日起"+c.Result.Validity), paper.Text(paper.Signature, "发证机关（印章）"), paper.Text(paper.Note, "仅供参考，以实际发放的为准。")}
	doc := paper.Document{Title: c.Result.Name + "样本", Author: c.Result.Name, At: s.clock.Now(), Sections: []paper.Section{{Blocks: text}}}
	if err := s.app.Print.Write(&b, doc); err != nil {
		return blob.Upload{}, err
	}
	return s.app.Blobs.Save(s.demo.Centre.ID, &b, c.Result.Name+"样本.pdf")
}

// catalogueOfItems publishes the items of the hall with their guides, two packages (一件事), agreements of departments with the
// comprehensive windows, and leaves some versions on the way.
func (s *stage) catalogueOfItems() error {
	made := map[string]item.Item{}
	byUnit := map[string][]string{}
	for i, line := range strings.Split(strings.TrimSpace(itemsText), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		p := strings.Split(line, "|")
		unit, ok := s.demo.Units[p[0]]
		if !ok || len(p) != 15 {
			return fmt.Errorf("demo: line %d of the items is not understood", i+1)
		}
		c := demoItem(p, fmt.Sprintf("6229010000%s%04d", p[2], i))
		if c.Name == firstReviewed.item { // by the township, before the county's organ decides
			c.First = item.FirstReview{UnitID: s.demo.Units[firstReviewed.unit].ID, Basis: "《社会救助暂行办法》第十一条"}
		}
		it, err := s.publishItem(unit.ID, c)
		if err != nil {
			return fmt.Errorf("demo item %s: %w", p[1], err)
		}
		made[p[1]] = it
		byUnit[unit.ID] = append(byUnit[unit.ID], it.ID)
	}
	if err := s.demoPackages(made); err != nil {
		return err
	}
	if err := s.demoChanges(made); err != nil {
		return err
	}
	return s.demoAgreements(byUnit)
}

// demoItem makes an item of a line of the list.
func demoItem(p []string, code string) item.Content {
	days := func(s string) item.Limit {
		n, _ := strconv.Atoi(s) // the list is ours
		return item.Limit{N: n, Unit: item.Workday}
	}
	minutes, _ := strconv.Atoi(p[14])
	c := item.Content{Name: p[1], Code: code, BaseCode: code[:10], Profile: item.ProfileStandard, Kind: item.Kind(p[2]), Level: "4", CaseKind: item.CaseKind(p[3]), Promise: days(p[5]), Correction: days("5"),
		Bases: []item.Basis{{Document: p[9], Article: p[10]}}, Conditions: strings.Split(p[11], "；"), Materials: demoMaterials(p[12]), Themes: []string{p[6]}, Objects: strings.Split(p[7], ","), Result: demoResult(p[8]),
		Channels: []string{"1", "2", "3"}, Scope: "county", Depth: "3", Visits: item.SiteVisits{N: 1}, Bookable: true, Express: true, InHall: true, Minutes: minutes, Place: "临夏市政务大厅" + p[13] + "窗口", Hours: "工作日 8:30—12:00，14:30—18:00",
		Consult: "0930-6212345", Complaint: "12345"}
	if p[4] != "0" {
		c.Statutory = days(p[4])
		if c.Kind == item.Permit {
			c.StatutoryBasis = "《中华人民共和国行政许可法》第四十二条"
		}
		if c.Kind == item.Permit && c.Statutory.N > 20 {
			c.StatutoryBasis = p[9]
		}
	}
	if c.Kind == item.Permit {
		c.Remedy = "收到决定之日起 60 日内可以申请行政复议，或 6 个月内提起行政诉讼"
		c.Tolerant = true
		c.Suspensions = []item.SuspensionRule{{Kind: "expert", Basis: "《中华人民共和国行政许可法》第四十五条", Max: days("30")}}
		if c.Statutory.IsZero() {
			c.Statutory = days("20")
		}
	}
	c.Steps = demoSteps(&c)
	c.Materials = append(c.Materials, item.Material{Code: "M" + strconv.Itoa(len(c.Materials)+1), Name: "授权委托书和代理人身份证", Form: "paper", Originals: 1, Source: "self"})
	c.Situations = []item.Situation{{Code: "S1", Question: "是本人（法定代表人）办理，还是委托他人办理？", Answers: []item.SituationWay{{Code: "1", Label: "本人办理"}, {Code: "2", Label: "委托他人办理", Materials: []string{c.Materials[len(c.Materials)-1].Code}}}}}
	return c
}

func demoResult(s string) item.Result {
	name, validity, dated := strings.Cut(s, "（")
	r := item.Result{Name: name, Kind: "licence"}
	if dated {
		r.Validity = strings.TrimSuffix(validity, "）")
	}
	return r
}

func demoMaterials(s string) []item.Material {
	var out []item.Material
	for i, x := range strings.Split(s, "；") {
		kind, name := x[:len("表")], x[len("表"):]
		m := item.Material{Code: "M" + strconv.Itoa(i+1), Form: "paper", Originals: 1, Waivable: strings.HasSuffix(name, "~"), Name: strings.TrimSuffix(name, "~")}
		switch kind {
		case "表":
			m.Source = "form"
		case "证":
			m.Source, m.Copies, m.Standard = "organ", 1, "原件核对后退还"
		case "自":
			m.Source = "self"
		case "享":
			m.Source, m.Originals, m.Form = "shared", 0, "electronic"
		}
		out = append(out, m)
	}
	return out
}

func demoSteps(c *item.Content) []item.StepTemplate {
	wd := func(n int) item.Limit { return item.Limit{N: n, Unit: item.Workday} }
	if c.CaseKind == item.Instant {
		return []item.StepTemplate{{Code: "1", Name: "受理", Role: org.RoleWindow, Limit: wd(0)}, {Code: "2", Name: "办结", Role: org.RoleChiefRep, Limit: wd(0), Note: "当场办结"}}
	}
	review := max(c.Promise.N-2, 0)
	return []item.StepTemplate{{Code: "1", Name: "受理", Role: org.RoleWindow, Limit: wd(min(1, c.Promise.N)), Note: "材料齐全当场受理"}, {Code: "2", Name: "审查", Role: org.RoleChiefRep, Limit: wd(review)},
		{Code: "3", Name: "决定", Role: org.RoleApprover, Limit: wd(c.Promise.N - review - min(1, c.Promise.N))}}
}

// demoPackages publishes two packages.
func (s *stage) demoPackages(made map[string]item.Item) error {
	for _, p := range []struct {
		code, name, unit, theme string
		members                 []string
	}{
		{"LX-YJS-001", "开办餐饮店“一件事”", "市市场监管局", "enterprise", []string{"个体工商户设立登记", "食品经营许可（新办）"}},
		{"LX-YJS-002", "新生儿出生“一件事”", "市卫健局", "birth", []string{"出生医学证明签发", "出生登记", "城乡居民基本医疗保险参保登记"}},
	} {
		c := demoItem(strings.Split("|"+p.name+"|20|2|0|5|"+p.theme+"|1|一件事办理结果|国务院关于进一步优化政务服务提升行政效能推动“高效办成一件事”的指导意见|第二部分|符合所包括各事项的条件|表一件事申请表|一楼综合|40", "|"), p.code)
		c.Profile, c.BaseCode, c.Materials, c.Situations = item.ProfilePackage, "", c.Materials[:1], nil
		for _, m := range p.members {
			c.Members = append(c.Members, made[m].ID)
		}
		if _, err := s.publishItem(s.demo.Units[p.unit].ID, c); err != nil {
			return fmt.Errorf("demo package %s: %w", p.name, err)
		}
	}
	return nil
}

// demoChanges leaves versions on the way: one with shorter limits in force from the next month, one under review, one draft.
func (s *stage) demoChanges(made map[string]item.Item) error {
	m, today := s.app.Item, s.clock.Now().Date()
	for i, x := range []struct {
		name, reason string
		acts         []item.Action
	}{
		{"食品经营许可（变更）", "压缩承诺时限，减少一项材料", []item.Action{item.Submit, item.Pass, item.Publish}},
		{"不动产转移登记（存量房）", "增加税务信息共享核验", []item.Action{item.Submit}},
		{"公租房申请", "调整收入标准的说明", nil},
	} {
		v, err := m.Revise(s.system, made[x.name].ID, x.reason, "")
		if err != nil {
			return err
		}
		c, err := v.Content()
		if err != nil {
			return err
		}
		if i == 0 {
			c.Promise.N, c.Materials[1].Source, c.Materials[1].Originals = 3, "shared", 0
			c.Steps = demoSteps(&c)
		} else {
			c.PromiseNote = x.reason
		}
		if v, err = m.Save(s.system, v.ID, v.Revision, c); err != nil {
			return err
		}
		for _, act := range x.acts {
			if v, err = m.Move(s.system, v.ID, v.Revision, act, item.Change{Day: today + 30}); err != nil {
				return err
			}
		}
	}
	return nil
}

// demoAgreements lets the hall's comprehensive windows receive for some departments, and one township for one; one agreement ends soon.
func (s *stage) demoAgreements(byUnit map[string][]string) error {
	today, n := s.clock.Now().Date(), 0
	for _, name := range []string{"市市场监管局", "市卫健局", "市交通运输局", "市文旅局"} {
		n++
		unit := s.demo.Units[name]
		to := today + 700
		if n == 3 {
			to = s.now.Date() + 9
		}
		in := item.AuthorizationInput{Kind: item.Agreement, UnitID: unit.ID, Powers: item.Agreement.Powers(), Items: byUnit[unit.ID], From: today, To: to, Number: fmt.Sprintf("%s委字〔%d〕1号", strings.TrimPrefix(name, "市"), today.Year())}
		if err := s.giveAuthority(in); err != nil {
			return fmt.Errorf("demo agreement of %s: %w", name, err)
		}
	}
	health := s.demo.Units["市卫健局"]
	in := item.AuthorizationInput{Kind: item.Agreement, UnitID: health.ID, SiteID: s.demo.Sites["折桥镇便民服务中心"].ID, Powers: item.Agreement.Powers(), Items: byUnit[health.ID], From: today, To: today + 365, Number: fmt.Sprintf("卫健局委字〔%d〕2号", today.Year())}
	return s.giveAuthority(in)
}

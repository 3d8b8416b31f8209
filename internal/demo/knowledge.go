package demo

import (
	"context"
	_ "embed" // the texts
	"fmt"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/knowledge"
)

//go:embed knowledge.txt
var knowledgeText string

// entry is one knowledge entry of the demonstration.
type entry struct {
	unit, state string
	valid       int // days from now; 0 for no end
	in          knowledge.WriteInput
}

// entries reads the texts.
func (s *stage) entries() ([]entry, error) {
	var out []entry
	for _, line := range strings.Split(knowledgeText, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "¦")
		if len(f) != 11 {
			return nil, fmt.Errorf("demo: %d fields in %q", len(f), line)
		}
		days, err := strconv.Atoi(f[3])
		if err != nil {
			return nil, err
		}
		c := knowledge.Content{Category: f[0], Level: knowledge.Level(f[2]), Title: f[5], Question: f[6], Answer: strings.ReplaceAll(f[7], "/", "\n"), BasisNo: f[8], Applies: f[9], Keywords: f[10],
			ValidTo: clock.NoDate}
		if days != 0 {
			c.ValidTo = s.now.Date() + clock.Date(days)
		}
		out = append(out, entry{unit: f[1], state: f[4], valid: days, in: knowledge.WriteInput{Content: c}})
	}
	return out, nil
}

// knowledge fills the knowledge base at the beginning of the demonstration by the real steps: the unit writes and reviews,
// the hotline office publishes.
func (s *stage) knowledge(ctx context.Context) error {
	list, err := s.entries()
	if err != nil {
		return err
	}
	for _, e := range list {
		if err := s.publish(ctx, e); err != nil {
			return fmt.Errorf("knowledge entry %q: %w", e.in.Title, err)
		}
	}
	return nil
}

// publish takes an entry as far as its state says.
func (s *stage) publish(ctx context.Context, e entry) error {
	m := s.app.Knowledge
	writer, reviewer := s.people["mali"], context.Context(nil)
	if u, ok := s.demo.Units[e.unit]; ok && e.unit != "12345热线办公室" {
		if err := s.staff(ctx, u); err != nil {
			return err
		}
		e.in.UnitID, writer, reviewer = u.ID, s.people[u.ID+"/liaison"], s.people[u.ID+"/head"]
	}
	made, err := m.Write(writer, e.in)
	if err != nil || e.state == "draft" {
		return err
	}
	if made, err = m.Send(writer, made.No, made.Version, ""); err != nil || e.state == "unit_review" {
		return err
	}
	if reviewer != nil {
		if made, err = m.PassUnit(reviewer, made.No, made.Version, "内容准确，同意。"); err != nil {
			return err
		}
	}
	if e.state == "office_review" {
		return nil
	}
	made, err = m.Publish(s.people["linlan"], made.No, made.Version, "")
	if err == nil && e.state == "withdrawn" {
		_, err = m.Withdraw(s.people["linlan"], made.No, made.Version, "号码已停用，由新的约车平台代替。")
	}
	return err
}

// afterwards is what happened to the knowledge base lately: corrections, a new version, searches in vain.
func (s *stage) afterwards(ctx context.Context) error {
	m := s.app.Knowledge
	find := func(title string) (knowledge.EntryFound, error) {
		r, err := m.Search(s.people["linlan"], knowledge.Search{Query: title, Expired: true})
		if err != nil || len(r.Entries) == 0 {
			return knowledge.EntryFound{}, fmt.Errorf("demo: no knowledge entry %q: %w", title, err)
		}
		return r.Entries[0], nil
	}
	citizen := actor.With(ctx, knowledge.CitizenActor(s.demo.Centre.ID, "127.0.0.1", "demo"))
	water, err := find("标题:垃圾清运时间")
	if err != nil {
		return err
	}
	asked, err := m.Correct(citizen, water.No, "我们小区每天只来一次车，不是两次。", "")
	if err != nil {
		return err
	}
	if _, err := m.AnswerCorrection(s.people[water.UnitID+"/liaison"], asked.ID, true, "谢谢指正。南龙、折桥两镇每天一次，城区两次，条目会写清楚。"); err != nil {
		return err
	}
	bus, err := find("标题:电动自行车怎样登记")
	if err != nil {
		return err
	}
	if _, err := m.Correct(s.people["wangjuan"], bus.No, "来电人说带牌销售点已经不收查验费了，条目里没有写销售点在哪里。", ""); err != nil {
		return err
	}
	d, err := m.Find(s.people[water.UnitID+"/liaison"], water.No)
	if err != nil {
		return err
	}
	in := knowledge.WriteInput{Content: d.Shown.Content, Remark: "按群众指正，写清城区和镇的次数"}
	in.Answer = strings.Replace(in.Answer, "城区每天清运不少于两次", "城区每天清运不少于两次，各镇每天不少于一次", 1)
	if _, err := m.Edit(s.people[water.UnitID+"/liaison"], water.No, 0, in); err != nil {
		return err
	}
	for _, words := range []string{"宠物狗办证", "宠物狗办证", "宠物狗办证", "充电桩安装", "充电桩安装"} {
		if _, err := m.Search(citizen, knowledge.Search{Query: words}); err != nil {
			return err
		}
	}
	return nil
}

// cites names the knowledge entries that a call-taker cites in a direct answer: those that fit well.
func (s *stage) cites(ctx context.Context, p *plan) ([]string, error) {
	if p.nth%4 == 0 {
		return nil, nil // not everybody looks
	}
	list, err := s.app.Knowledge.Suggest(ctx, p.in.Title+"\n"+p.in.Content, 1)
	if err != nil || len(list) == 0 || list[0].Score < 0.4 {
		return nil, err
	}
	return []string{list[0].No}, nil
}

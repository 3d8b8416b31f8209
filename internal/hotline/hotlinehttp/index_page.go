package hotlinehttp

import (
	"fmt"

	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// indexState shows the administrator how far the full-text index is (查找索引).
func (s timeLimits) indexState(c *web.Ctx) error {
	r, err := s.Hotline.IndexState(c.Context())
	if err != nil {
		return err
	}
	return c.Render(indexPage(r))
}

// rebuildIndex fills the index anew.
func (s timeLimits) rebuildIndex(c *web.Ctx) error {
	r, err := s.Hotline.RebuildIndex(c.Context())
	if err != nil {
		return err
	}
	c.Flash(web.Success, fmt.Sprintf("已开始重新建立，共 %d 张工单。期间可以照常查找，较早的可能暂时查不到。", r.Total))
	return c.Redirect("/hotline/index")
}

// indexFacts are what there is to say about the index.
func indexFacts(r hotline.IndexRun) []web.Item {
	state := "齐全"
	if r.Running() {
		state = fmt.Sprintf("正在补建，%d%%", r.Percent())
	}
	out := []web.Item{web.ItemText("状态", state)}
	if r.StartedAt == 0 {
		return out
	}
	cause := map[string]string{"upgrade": "升级后查找的范围有变化", "asked": "管理员重新建立"}[r.Cause]
	return append(out, web.ItemText("上一次补建", cause), web.ItemText("开始", r.StartedAt.String()), web.ItemText("完成", r.FinishedAt.String()), web.ItemText("进度", fmt.Sprintf("%d／%d 张工单", r.Done, r.Total)))
}

// indexingText warns who searches while the index is being filled.
func indexingText(r hotline.IndexRun) string {
	return fmt.Sprintf("查找索引正在补建（%d%%），从新到旧进行。完成以前，较早的工单和答复可能查不到。", r.Percent())
}

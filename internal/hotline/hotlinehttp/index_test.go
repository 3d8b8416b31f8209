package hotlinehttp_test

import (
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/org"
)

func TestASearchSaysThatTheIndexIsBeingFilled(t *testing.T) {
	w := newTown(t)
	w.Ticket(t, hotline.Handling)
	agent, admin := w.browse(org.RoleAgent), w.browse(org.RoleAdmin)
	agent.Get("/hotline/search?q=暖气").Want(200).Lacks("正在补建")
	admin.Get("/hotline/index").Want(200).Has("齐全", "重新建立")
	agent.Get("/hotline/index").Want(403)
	agent.Post("/hotline/index/rebuild").Want(403)
	admin.Post("/hotline/index/rebuild").Goes("/hotline/index")
	agent.Get("/hotline/search?q=暖气").Want(200).Has("查找索引正在补建（0%）")
	admin.Get("/hotline/index").Want(200).Has("正在补建，0%", "0／1 张工单").Lacks("确定重新建立")
	w.RunJobs(t)
	agent.Get("/hotline/search?q=暖气").Want(200).Lacks("正在补建")
	admin.Get("/hotline/index").Want(200).Has("齐全", "管理员重新建立")
}

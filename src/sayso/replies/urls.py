"""Addresses of a statement's page and of what is done there, of own replies and questions, and of those in charge."""

from django.urls import path

from sayso.replies import inbox_pages, mine_pages, office_pages, statement_pages

urlpatterns = [
    path("e/<slug:slug>/statements/<int:statement_id>/", statement_pages.statement, name="statement"),
    path("e/<slug:slug>/statements/<int:statement_id>/answer/", statement_pages.answer, name="answer_statement"),
    path("e/<slug:slug>/statements/<int:statement_id>/reply/", statement_pages.reply, name="reply"),
    path("e/<slug:slug>/statements/<int:statement_id>/acknowledge/", office_pages.acknowledge, name="acknowledge"),
    path("e/<slug:slug>/statements/<int:statement_id>/ask/", office_pages.ask, name="ask_author"),
    path("e/<slug:slug>/acknowledge/", office_pages.to_acknowledge, name="to_acknowledge"),
    path("e/<slug:slug>/acknowledge/<int:acknowledgement_id>/undo/", office_pages.undo, name="undo_acknowledgement"),
    path("e/<slug:slug>/questions/", office_pages.questions_asked, name="questions_asked"),
    path("e/<slug:slug>/questions/<int:question_id>/back/", office_pages.call_back, name="call_question_back"),
    path("e/<slug:slug>/inbox/replies/", inbox_pages.replies, name="replies_inbox"),
    path("e/<slug:slug>/inbox/replies/<int:reply_id>/", inbox_pages.decide, name="decide_reply"),
    path("e/<slug:slug>/mine/replies/<int:reply_id>/withdraw/", mine_pages.withdraw, name="withdraw_reply"),
    path("e/<slug:slug>/mine/replies/<int:reply_id>/unmark/", mine_pages.unmark, name="unmark_reply"),
    path("e/<slug:slug>/mine/questions/", mine_pages.questions, name="my_questions"),
    path("e/<slug:slug>/mine/questions/<int:question_id>/", mine_pages.question, name="my_question"),
]

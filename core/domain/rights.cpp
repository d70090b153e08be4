// SPDX-License-Identifier: Apache-2.0
#include "core/domain/rights.h"

#include <algorithm>
#include <iterator>

namespace madoguchi::domain {

Text text_of(Permission permission) {
  switch (permission) {
    case Permission::cases_read:
      return {"See cases, their messages and attachments",
              "お問い合わせ・メッセージ・添付ファイルの閲覧"};
    case Permission::cases_write:
      return {"Record, change, take and resolve cases; reply and note",
              "お問い合わせの登録・変更・担当・完了、返信と社内メモ"};
    case Permission::cases_assign:
      return {"Give cases to other agents and teams", "他の担当者・チームへの割り当て"};
    case Permission::replies_approve:
      return {"Approve or reject replies", "返信の承認・却下"};
    case Permission::customers_read:
      return {"See customers and their screen", "顧客と CS 画面の閲覧"};
    case Permission::customers_contact_read:
      return {"See phones, mail addresses and postal addresses, wherever they stand",
              "電話番号・メールアドレス・住所の閲覧（すべての画面）"};
    case Permission::customers_write:
      return {"Register and change customers, memos and addresses",
              "顧客・メモ・お届け先の登録と変更"};
    case Permission::customers_merge:
      return {"Merge customers and take that back", "顧客の統合と取り消し"};
    case Permission::customers_transfer:
      return {"Import and export customers", "顧客の取り込みと書き出し"};
    case Permission::orders_read:
      return {"See products, orders and subscriptions", "商品・受注・定期受注の閲覧"};
    case Permission::orders_amount_read:
      return {
          "See what orders and subscriptions cost: prices, totals, refunds, wherever they stand",
          "受注・定期受注の金額（単価・合計・返金）の閲覧（すべての画面）"};
    case Permission::orders_write:
      return {"Take, change and cancel orders and subscriptions; returns",
              "受注・定期受注の登録・変更・キャンセル、返品"};
    case Permission::orders_payment:
      return {"Change payment states of many orders at once", "決済ステータスの一括変更"};
    case Permission::subscriptions_exception:
      return {"Change subscriptions past the deadline and end them below the minimum",
              "期限後の定期変更、最低回数未満での解約"};
    case Permission::edit_locks_take_over:
      return {"Take over an edit lock", "編集ロックの引き継ぎ"};
    case Permission::privacy_manage:
      return {
          "Export and erase all that is known of a person; legal holds, retention, who saw whom",
          "個人データの書き出し・消去、保全、保存期間、閲覧記録の管理"};
    case Permission::intake_write:
      return {"Hand mails in", "メールの投入"};
    case Permission::raw_read:
      return {"See mails as they came", "メール原文の閲覧"};
    case Permission::hazards_read:
      return {"See infected files and mails that were put aside, as they came",
              "ウイルス検出ファイル・隔離メール原文の閲覧"};
    case Permission::settings_read:
      return {"See settings, master data, agents and teams", "設定・マスタ・担当者・チームの閲覧"};
    case Permission::settings_write:
      return {"Change settings and master data", "設定・マスタの変更"};
    case Permission::agents_manage:
      return {"Add and change agents, teams and roles", "担当者・チーム・ロールの管理"};
    case Permission::webhooks_manage:
      return {"Say who is told what happens here", "Webhook の管理"};
    case Permission::operations_read:
      return {"See mail traces, quarantine, ledgers and the audit trail",
              "メール追跡・隔離・受信台帳・監査記録の閲覧"};
    case Permission::events_read:
      return {"Follow the change feed", "変更フィードの購読"};
  }
  return {};
}

Permissions needed_to_see(std::string_view field) {
  constexpr std::string_view kContact[] = {
      "address",         "billing_address", "call",      "ccs",
      "delivery",        "delivery_reason", "emails",    "mail",
      "phone",           "phones",          "requester", "respondent",
      "shipping_address"};
  constexpr std::string_view kAmounts[] = {
      "amount",       "coupons",        "discount", "items",    "payment_fee",
      "points_used",  "purchase_total", "refund",   "refunded", "replacement_items",
      "shipping_fee", "subtotal",       "tax",      "total"};
  const auto is_one = [&](const auto& names) {
    return std::find(std::begin(names), std::end(names), field) != std::end(names);
  };
  if (is_one(kContact)) return {Permission::customers_contact_read};
  if (is_one(kAmounts)) return {Permission::orders_amount_read};
  return {};
}

Text text_of(Role role) {
  switch (role) {
    case Role::viewer:
      return {"Reads, and changes nothing", "閲覧のみ"};
    case Role::agent:
      return {"Answers customers", "顧客対応の担当者"};
    case Role::supervisor:
      return {"Shares the work out and keeps the settings", "業務の割り振りと設定の管理者"};
    case Role::admin:
      return {"May do everything", "すべての操作ができる管理者"};
    case Role::integration:
      return {"A program of the shop", "ショップ側のプログラム"};
  }
  return {};
}

}  // namespace madoguchi::domain

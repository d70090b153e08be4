// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the enumerations of customers are written (core/domain/names.h has the others).

#include "core/base/enum_names.h"
#include "core/domain/customer.h"

namespace madoguchi {

template <>
struct EnumNames<domain::MasterKind> {
  static constexpr EnumName<domain::MasterKind> values[] = {
      {domain::MasterKind::customer_label, "customer_label"},
      {domain::MasterKind::blacklist_reason, "blacklist_reason"},
      {domain::MasterKind::subscription_reason, "subscription_reason"},
      {domain::MasterKind::return_reason, "return_reason"}};
};

template <>
struct EnumNames<domain::PhoneKind> {
  static constexpr EnumName<domain::PhoneKind> values[] = {{domain::PhoneKind::mobile, "mobile"},
                                                           {domain::PhoneKind::home, "home"},
                                                           {domain::PhoneKind::work, "work"},
                                                           {domain::PhoneKind::fax, "fax"},
                                                           {domain::PhoneKind::other, "other"}};
};

template <>
struct EnumNames<domain::Sex> {
  static constexpr EnumName<domain::Sex> values[] = {{domain::Sex::unknown, "unknown"},
                                                     {domain::Sex::female, "female"},
                                                     {domain::Sex::male, "male"},
                                                     {domain::Sex::other, "other"}};
};

template <>
struct EnumNames<domain::SyncState> {
  static constexpr EnumName<domain::SyncState> values[] = {
      {domain::SyncState::local, "local"},       {domain::SyncState::pending, "pending"},
      {domain::SyncState::in_step, "in_step"},   {domain::SyncState::failed, "failed"},
      {domain::SyncState::conflict, "conflict"}, {domain::SyncState::by_hand, "by_hand"}};
};

template <>
struct EnumNames<domain::CustomerAction> {
  static constexpr EnumName<domain::CustomerAction> values[] = {
      {domain::CustomerAction::edit, "edit"},
      {domain::CustomerAction::write_memo, "write_memo"},
      {domain::CustomerAction::merge, "merge"},
      {domain::CustomerAction::unmerge, "unmerge"},
      {domain::CustomerAction::export_, "export"},
      {domain::CustomerAction::erase, "erase"}};
};

}  // namespace madoguchi

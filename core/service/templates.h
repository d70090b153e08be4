// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/domain/template.h"
#include "core/service/dto/outgoing_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Texts that replies begin with. One that names a variable that there is not is refused when it is
/// saved, not found out when it is sent. Safe for use by many threads.
class TemplateService {
 public:
  explicit TemplateService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<std::vector<TemplateDto>> list();
  [[nodiscard]] Result<TemplateDto> get(const std::string& id);
  [[nodiscard]] Result<TemplateDto> create(const Context& context, const TemplateCreateDto& wish);
  [[nodiscard]] Result<TemplateDto> patch(const Context& context, const std::string& id,
                                          const TemplatePatchDto& wish);
  [[nodiscard]] Result<void> remove(const Context& context, const std::string& id);

  /// What a reply in that case would begin with; nothing is sent or kept.
  [[nodiscard]] Result<RenderedDto> preview(const domain::Caller& caller, const std::string& id,
                                            const TemplatePreviewDto& wish);
  [[nodiscard]] Result<RenderedDto> try_out(const domain::Caller& caller,
                                            const TemplateTryDto& wish);

 private:
  [[nodiscard]] Result<RenderedDto> fill_in(const domain::Caller& caller,
                                            const domain::Template& value,
                                            const std::string& number);
  void announce_template(db::Session& session, const domain::Caller& caller, const char* event,
                         const domain::Template& value);

  const Environment& env_;
};

}  // namespace madoguchi::service

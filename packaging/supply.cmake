# What leakrig is built with, from the one list of it in scripts/setup: LEAKRIG_BUILT_WITH, "NAME VERSION" an entry. It goes
# into each record's conditions and into the package's bill of materials. Empty where there is no dpkg.
execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/setup --versions
  OUTPUT_VARIABLE LEAKRIG_BUILT_WITH OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
string(REPLACE "\n" ";" LEAKRIG_BUILT_WITH "${LEAKRIG_BUILT_WITH}")

# leakrig_write_sbom(FILE): an SPDX 2.3 document of these packages. The libraries are in the program, as headers or linked;
# what it loads when it starts is in the package's Depends.
function(leakrig_write_sbom file)
  string(TIMESTAMP created "%Y-%m-%dT%H:%M:%SZ" UTC)  # SOURCE_DATE_EPOCH, where it is set
  string(SHA256 hash "${PROJECT_VERSION};${LEAKRIG_BUILT_WITH}")
  set(packages "    {\"name\": \"leakrig\", \"SPDXID\": \"SPDXRef-leakrig\", \"versionInfo\": \"${PROJECT_VERSION}\",
     \"downloadLocation\": \"NOASSERTION\", \"filesAnalyzed\": false, \"licenseDeclared\": \"MIT\"}")
  set(relations "    {\"spdxElementId\": \"SPDXRef-DOCUMENT\", \"relationshipType\": \"DESCRIBES\", \"relatedSpdxElement\": \"SPDXRef-leakrig\"}")
  foreach(entry ${LEAKRIG_BUILT_WITH})
    string(REGEX MATCH "^([^ ]+) (.+)$" _ "${entry}")
    set(name ${CMAKE_MATCH_1})
    set(version ${CMAKE_MATCH_2})
    string(REGEX REPLACE "[^A-Za-z0-9.-]" "-" id "SPDXRef-${name}")
    string(REPLACE "+" "%2B" purl "pkg:deb/debian/${name}@${version}")
    string(APPEND packages ",
    {\"name\": \"${name}\", \"SPDXID\": \"${id}\", \"versionInfo\": \"${version}\",
     \"downloadLocation\": \"NOASSERTION\", \"filesAnalyzed\": false,
     \"externalRefs\": [{\"referenceCategory\": \"PACKAGE-MANAGER\", \"referenceType\": \"purl\", \"referenceLocator\": \"${purl}\"}]}")
    if(name MATCHES "-dev$|^libjs-")
      string(APPEND relations ",\n    {\"spdxElementId\": \"SPDXRef-leakrig\", \"relationshipType\": \"DEPENDS_ON\", \"relatedSpdxElement\": \"${id}\"}")
    else()
      string(APPEND relations ",\n    {\"spdxElementId\": \"${id}\", \"relationshipType\": \"BUILD_TOOL_OF\", \"relatedSpdxElement\": \"SPDXRef-leakrig\"}")
    endif()
  endforeach()
  file(WRITE ${file} "{
  \"spdxVersion\": \"SPDX-2.3\",
  \"dataLicense\": \"CC0-1.0\",
  \"SPDXID\": \"SPDXRef-DOCUMENT\",
  \"name\": \"leakrig-${PROJECT_VERSION}\",
  \"documentNamespace\": \"https://github.com/leakrig/leakrig/spdx/leakrig-${PROJECT_VERSION}-${hash}\",
  \"creationInfo\": {\"created\": \"${created}\", \"creators\": [\"Organization: leakrig developers\"]},
  \"packages\": [
${packages}
  ],
  \"relationships\": [
${relations}
  ]
}
")
endfunction()

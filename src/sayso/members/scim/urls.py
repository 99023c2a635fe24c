"""Addresses of SCIM, under /scim/v2/."""

from django.urls import path

from sayso.members.scim import endpoints
from sayso.members.scim.doors import for_directories

urlpatterns = [
    path("ServiceProviderConfig", for_directories(GET=endpoints.config)),
    path("ResourceTypes", for_directories(GET=endpoints.resource_types)),
    path("ResourceTypes/<str:name>", for_directories(GET=endpoints.resource_types)),
    path("Schemas", for_directories(GET=endpoints.schemas)),
    path("Schemas/<str:urn>", for_directories(GET=endpoints.schemas)),
    path("Users", for_directories(GET=endpoints.list_users, POST=endpoints.create_user)),
    path("Users/.search", for_directories(POST=endpoints.search_users)),
    path(
        "Users/<str:scim_id>",
        for_directories(
            GET=endpoints.get_user,
            PUT=endpoints.replace_user,
            PATCH=endpoints.patch_user,
            DELETE=endpoints.delete_user,
        ),
    ),
    path("Groups", for_directories(GET=endpoints.list_groups, POST=endpoints.create_group)),
    path("Groups/.search", for_directories(POST=endpoints.search_groups)),
    path(
        "Groups/<str:scim_id>",
        for_directories(
            GET=endpoints.get_group,
            PUT=endpoints.replace_group,
            PATCH=endpoints.patch_group,
            DELETE=endpoints.delete_group,
        ),
    ),
    path(".search", for_directories(POST=endpoints.not_built)),
    path("Bulk", for_directories(POST=endpoints.not_built)),
    path("Me", for_directories(**dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), endpoints.not_built))),
    path(
        "<path:anything>",
        for_directories(**dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), endpoints.nothing_here)),
    ),
]

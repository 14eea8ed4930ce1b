using System.Net;
using Earshot.Dashboard.Tests.Kit;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Earshot.Dashboard.Tests.Access;

/// <summary>Which requests are answered, in which environment, and with which headers.</summary>
public sealed class MappingTests
{
    private static readonly string[] s_paths = ["/_nats", "/_nats/", "/_nats/app.js", "/_nats/page.css", "/_nats/icon.svg", "/_nats/events", "/_nats/servers/0", "/_nats/save"];

    [Fact]
    public async Task In_production_without_authorization_everything_is_404_and_one_warning_says_what_to_add()
    {
        await using DashboardApp app = await DashboardApp.StartAsync("Production");
        foreach (string path in s_paths)
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(app, path));
        }

        string warning = Assert.Single(app.Log.OfDashboard);
        Assert.StartsWith("Warning: ", warning, StringComparison.Ordinal);
        Assert.Contains("RequireAuthorization", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_development_only_the_token_of_the_log_opens_it()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        foreach (string path in s_paths)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, path));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, path + "?token=0123456789abcdef0123456789abcdef"));
        }

        Assert.Equal("Information: NATS dashboard, for this machine only: " + app.Link, Assert.Single(app.Log.OfDashboard));
        Assert.StartsWith(app.Address.ToString() + "_nats?token=", app.Link.ToString(), StringComparison.Ordinal);
        using HttpResponseMessage answer = await app.Http.GetAsync(app.Link, DashboardApp.Cancel);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal("/_nats", answer.Headers.Location!.ToString());
        string cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("; path=/_nats; samesite=strict; httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/_nats"));
    }

    [Theory]
    [InlineData("Host", "orders.example")]
    [InlineData("Host", "127.0.0.1.nip.example:80")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("X-Forwarded-Host", "localhost")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("X-Original-For", "127.0.0.1:5000")]
    public async Task A_foreign_host_and_a_proxy_are_refused_although_the_token_is_right(string header, string value)
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        await app.SignInAsync();
        foreach (string path in s_paths)
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(app, path, (header, value)));
        }

        Assert.Single(app.Log.OfDashboard, line => line.StartsWith("Warning: ", StringComparison.Ordinal) && line.Contains("only browsers on this machine", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Only_GET_is_answered(string method)
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        await app.SignInAsync();
        foreach (string path in s_paths)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using HttpResponseMessage answer = await app.Http.SendAsync(request, DashboardApp.Cancel);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Every_answer_has_the_headers()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        await CheckAsync("/_nats/app.js", HttpStatusCode.Unauthorized);
        await app.SignInAsync();
        foreach (string path in s_paths.Where(path => path != "/_nats/servers/0"))
        {
            await CheckAsync(path, HttpStatusCode.OK);
        }

        await CheckAsync("/_nats/servers/0", HttpStatusCode.NotFound);

        async Task CheckAsync(string path, HttpStatusCode status)
        {
            using HttpResponseMessage answer = await app.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, DashboardApp.Cancel);
            Assert.Equal(status, answer.StatusCode);
            string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
            Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
            Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        }
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task A_policy_decides_alone_in_every_environment(string environment)
    {
        await using DashboardApp app = await StartWithPolicyAsync(environment, static page => page.RequireAuthorization("ops"));
        foreach (string path in s_paths)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, path));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(app, path, ("X-Test-User", "visitor")));
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/_nats", ("X-Test-User", "ops"), ("X-Forwarded-For", "10.1.2.3"), ("Host", "orders.example")));
        Assert.Empty(app.Log.OfDashboard);
    }

    [Fact]
    public async Task A_policy_protects_the_page_of_a_fleet_too()
    {
        var fleet = new NatsConnection(new NatsOpts { Url = "nats://127.0.0.1:1" });
        await using (fleet)
        {
            await using DashboardApp app = await StartWithPolicyAsync("Production", static page => page.RequireAuthorization("ops"), web => web.MapNatsDashboard(configure: options => options.Fleet = _ => fleet));
            string[] paths = ["/_nats/fleet", "/_nats/fleet.js", "/_nats/fleet.css", "/_nats/fleet/events", "/_nats/fleet/save", "/_nats/fleet/connections", "/_nats/fleet/losses/0"];
            foreach (string path in paths)
            {
                Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, path));
                Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(app, path, ("X-Test-User", "visitor")));
            }

            Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/_nats/fleet", ("X-Test-User", "ops"), ("X-Forwarded-For", "10.1.2.3")));
        }
    }

    [Fact]
    public async Task Anonymous_access_is_no_authorization()
    {
        await using DashboardApp app = await StartWithPolicyAsync("Production", static page => page.RequireAuthorization("ops").AllowAnonymous());
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(app, "/_nats", ("X-Test-User", "ops")));
        Assert.Contains("no authorization", Assert.Single(app.Log.OfDashboard), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_dashboards_have_a_path_and_a_token_of_their_own()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(map: static web =>
        {
            web.MapNatsDashboard("one");
            web.MapNatsDashboard("/ops/two/");
        });
        string[] links = [.. app.Log.OfDashboard.Select(line => line.Split("only: ")[1])];
        Assert.Equal(2, links.Length);
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(app, links.Single(link => link.Contains("/one?", StringComparison.Ordinal))));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/one"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(app, "/ops/two"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(app, "/_nats"));
    }

    [Fact]
    public async Task A_path_base_is_part_of_every_address()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(pathBase: "/orders");
        Uri link = new(app.Link.ToString().Replace("/_nats", "/orders/_nats", StringComparison.Ordinal));
        using HttpResponseMessage answer = await app.Http.GetAsync(link, DashboardApp.Cancel);
        Assert.Equal("/orders/_nats", answer.Headers.Location!.ToString());
        string page = await app.GetAsync("/orders/_nats");
        Assert.Contains("""<script src="/orders/_nats/app.js">""", page, StringComparison.Ordinal);
        Assert.Contains("\"path\":\"/orders/_nats\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_is_part_of_every_address_and_its_policy_protects()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(map: static web => web.MapGroup("/ops").MapNatsDashboard());
        Assert.Contains("/ops/_nats?token=", app.Link.ToString(), StringComparison.Ordinal);
        await app.SignInAsync();
        Assert.Contains("""<script src="/ops/_nats/app.js">""", await app.GetAsync("/ops/_nats/"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, "/ops/_nats/save"));

        await using DashboardApp guarded = await StartWithPolicyAsync("Production", static _ => { }, static web => web.MapGroup("/ops").RequireAuthorization("ops").MapNatsDashboard());
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(guarded, "/ops/_nats"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(guarded, "/ops/_nats", ("X-Test-User", "ops")));
        Assert.Empty(guarded.Log.OfDashboard);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("/{id}")]
    [InlineData("/a b")]
    public async Task A_path_without_text_or_with_parameters_is_refused(string pattern)
    {
        await using DashboardApp app = await DashboardApp.StartAsync(map: web => Assert.Throws<ArgumentException>(nameof(pattern), () => web.MapNatsDashboard(pattern)));
    }

    [Fact]
    public async Task A_setting_out_of_range_is_refused()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(map: static web =>
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => web.MapNatsDashboard(configure: static options => options.MaxViewers = 0));
            Assert.Throws<ArgumentOutOfRangeException>(() => web.MapNatsDashboard(configure: static options => options.MaxEvents = 99));
            Assert.Throws<ArgumentOutOfRangeException>(() => web.MapNatsDashboard(configure: static options => options.Subjects = (NatsDashboardSubjects)9));
            Assert.Throws<ArgumentNullException>(() => web.MapNatsDashboard(null!));
        });
    }

    private static Task<DashboardApp> StartWithPolicyAsync(string environment, Action<IEndpointConventionBuilder> protect, Func<WebApplication, IEndpointConventionBuilder>? map = null) => DashboardApp.StartAsync(
        environment,
        static services =>
        {
            services.AddAuthentication(HeaderAuthentication.Scheme).AddScheme<AuthenticationSchemeOptions, HeaderAuthentication>(HeaderAuthentication.Scheme, null);
            services.AddAuthorization(static options => options.AddPolicy("ops", static policy => policy.RequireAuthenticatedUser().RequireUserName("ops")));
        },
        web => protect(map?.Invoke(web) ?? web.MapNatsDashboard()));

    private static async Task<HttpStatusCode> StatusAsync(DashboardApp app, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using HttpResponseMessage answer = await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, DashboardApp.Cancel);
        return answer.StatusCode;
    }
}

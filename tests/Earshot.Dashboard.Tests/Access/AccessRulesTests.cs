using Earshot.Dashboard.Access;
using Xunit;

namespace Earshot.Dashboard.Tests.Access;

/// <summary>Who may read the page, as a pure function of what is known about a request.</summary>
public sealed class AccessRulesTests
{
    private static readonly AccessFacts s_allowed = new() { IsDevelopment = true, IsLocalPeer = true, IsLocalHost = true, HasToken = true };

    [Fact]
    public void A_local_browser_with_the_token_is_allowed_in_development() => Is(AccessDecision.Allowed, s_allowed);

    [Fact]
    public void Without_the_token_a_local_browser_is_asked_for_it() => Is(AccessDecision.TokenMissing, s_allowed with { HasToken = false });

    [Fact]
    public void With_authorization_nothing_else_matters() => Is(AccessDecision.Allowed, new AccessFacts { IsProtected = true });

    [Fact]
    public void Outside_of_development_the_token_opens_nothing() => Is(AccessDecision.NotFound, s_allowed with { IsDevelopment = false });

    [Fact]
    public void A_peer_on_another_machine_gets_nothing() => Is(AccessDecision.NotFound, s_allowed with { IsLocalPeer = false });

    [Fact]
    public void A_forwarded_request_gets_nothing() => Is(AccessDecision.NotFound, s_allowed with { IsForwarded = true });

    [Fact]
    public void A_foreign_name_that_points_to_this_machine_gets_nothing() => Is(AccessDecision.NotFound, s_allowed with { IsLocalHost = false });

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("orders.localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("[::1]", true)]
    [InlineData("localhost.example", false)]
    [InlineData("evil-localhost", false)]
    [InlineData("127.0.0.1.example", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("", false)]
    public void Only_names_of_the_loopback_interface_are_local(string host, bool isLocal) => Assert.Equal(isLocal, AccessRules.IsLocalHost(host));

    [Fact]
    public void Two_tokens_differ_and_each_matches_only_itself()
    {
        (AccessToken one, AccessToken other) = (new AccessToken(), new AccessToken());
        Assert.Matches("^[0-9a-f]{32}$", one.Text);
        Assert.NotEqual(one.Text, other.Text);
        Assert.NotEqual(one.CookieName, other.CookieName);
        Assert.DoesNotContain(one.CookieName["earshot-".Length..], one.Text, StringComparison.Ordinal);
        Assert.True(one.Matches(one.Text));
        Assert.All([other.Text, one.Text[..^1], one.Text + "0", one.Text.ToUpperInvariant() + " ", "", null], wrong => Assert.False(one.Matches(wrong)));
    }

    private static void Is(AccessDecision expected, AccessFacts facts) => Assert.Equal(expected, AccessRules.Decide(facts));
}

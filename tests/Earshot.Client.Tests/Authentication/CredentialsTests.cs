using Earshot.Authentication;
using Xunit;

namespace Earshot.Client.Tests.Authentication;

public sealed class CredentialsTests
{
    private static readonly Credentials s_own = new("own", "own-secret", null);
    private static readonly Credentials s_through = new(null, null, "through-secret");

    [Fact]
    public void Options_win_as_a_whole()
    {
        var chosen = Credentials.Choose(new Credentials(null, null, "t"), s_own, s_through);
        Assert.Equal(new Credentials(null, null, "t"), chosen);
    }

    [Fact]
    public void Url_of_the_server_is_next_and_then_the_one_it_was_discovered_through()
    {
        Assert.Equal(s_own, Credentials.Choose(Credentials.Anonymous, s_own, s_through));
        Assert.Equal(s_through, Credentials.Choose(null, null, s_through));
        Assert.Equal(s_through, Credentials.Choose(null, Credentials.Anonymous, s_through));
    }

    [Fact]
    public void Nothing_anywhere_is_anonymous()
    {
        var chosen = Credentials.Choose(new Credentials("", null, null), null, null);
        Assert.True(chosen.IsAnonymous);
    }

    [Theory]
    [InlineData(null, null, null, true)]
    [InlineData("", "", "", true)]
    [InlineData("u", null, null, false)]
    [InlineData(null, "p", null, false)]
    [InlineData(null, null, "t", false)]
    public void Options_are_anonymous_when_nothing_is_set(string? user, string? password, string? token, bool expected) =>
        Assert.Equal(expected, new NatsAuthOpts { Username = user, Password = password, Token = token }.IsAnonymous);

    [Theory]
    [InlineData(null, null, null, true, false)]
    [InlineData("", "", "", true, false)]
    [InlineData("u", null, null, false, false)]
    [InlineData("u", "", "", false, false)]
    [InlineData(null, "p", null, false, true)]
    [InlineData("u", "p", null, false, true)]
    [InlineData(null, null, "t", false, true)]
    public void A_password_or_token_can_be_used_again_by_anyone_who_reads_it(string? user, string? password, string? token, bool isAnonymous, bool isReusable)
    {
        var credentials = new Credentials(user, password, token);
        Assert.Equal((isAnonymous, isReusable), (credentials.IsAnonymous, credentials.HasReusableSecret));
    }

    [Fact]
    public void A_JWT_or_key_is_not_anonymous_and_cannot_be_used_again()
    {
        Credentials jwt = new(null, null, null) { Jwt = Keys.Jwt }, key = new(null, null, null) { NKey = "U" };
        Assert.Equal((false, false, false, false), (jwt.IsAnonymous, jwt.HasReusableSecret, key.IsAnonymous, key.HasReusableSecret));
    }

    [Fact]
    public void Only_the_origin_is_printed()
    {
        Assert.Equal("Credentials { Origin = a.creds }", new Credentials("u", "p", "t") { Origin = "a.creds" }.ToString());
        Assert.Equal("NatsAuthOpts { IsAnonymous = True }", NatsAuthOpts.Default.ToString());
        Assert.Equal("NatsAuthOpts { IsAnonymous = False, Token = *** }", new NatsAuthOpts { Token = "t" }.ToString());
    }

    [Fact]
    public void Nothing_prints_a_secret()
    {
        var options = new NatsAuthOpts { Username = "hunter1", Password = "hunter2", Token = "hunter3" };
        string printed = $"{options} {new Credentials("hunter1", "hunter2", "hunter3")}";
        Assert.DoesNotContain("hunter", printed, StringComparison.Ordinal);
        Assert.Contains("Password = ***", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("***", NatsAuthOpts.Default.ToString(), StringComparison.Ordinal);
    }
}

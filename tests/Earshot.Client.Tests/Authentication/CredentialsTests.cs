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

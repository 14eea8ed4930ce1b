using Xunit;

namespace Earshot.Server.Tests.Differential;

/// <summary>Sends the same bytes to the real and the in-process server: the answers are the same except for the listed differences.</summary>
public sealed class DifferentialTests(ServerPair servers) : IClassFixture<ServerPair>
{
    private static readonly Dictionary<string, Script> s_scripts =
        Script.ReadAll(Path.Combine(AppContext.BaseDirectory, "Differential", "Scripts")).ToDictionary(script => script.Name);

    // Script -> why the answers differ. A script that agrees must not be here.
    private static readonly Dictionary<string, string> s_accepted = new()
    {
        ["size_with_leading_zeros"] = "sizes are written from their value; no client sends leading zeros",
        ["ping_line_long"] = "the reader limits every control line; the real server skips what follows PING unread",
    };

    public static TheoryData<string> Names => [.. s_scripts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Both_servers_answer_the_same(string name)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        Script script = s_scripts[name];
        (int Real, int Ours) ports = await servers.PortsAsync(script.Profile, limit.Token);
        string wanted = await Conversation.PlayAsync(script, ports.Real, limit.Token);
        string actual = await Conversation.PlayAsync(script, ports.Ours, limit.Token);
        if (s_accepted.ContainsKey(name))
        {
            Assert.NotEqual(wanted, actual);
        }
        else
        {
            Assert.Equal(wanted, actual);
        }
    }

    [Fact]
    public void There_are_at_least_150_scripts() => Assert.True(s_scripts.Count >= 150, $"{s_scripts.Count} scripts");
}

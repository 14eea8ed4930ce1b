using Xunit;

namespace Earshot.Server.Tests.JetStream;

/// <summary>Plays the same scripts to the real and the in-process JetStream: the answers are the same, except for times and the listed differences.</summary>
public sealed class JetStreamDifferentialTests(JetStreamServer real) : IClassFixture<JetStreamServer>
{
    private static readonly Dictionary<string, string[]> s_scripts = Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "JetStream", "Scripts"), "*.txt")
        .SelectMany(file => File.ReadAllText(file).Split("=== ").Skip(1))
        .Select(block => block.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').ToArray())
        .ToDictionary(lines => lines[0], lines => lines[1..]);

    public static TheoryData<string> Names => [.. s_scripts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Both_servers_answer_the_same(string name)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        await using NatsTestServer ours = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, limit.Token);
        string wanted = await JetStreamTalk.PlayAsync(s_scripts[name], await real.PortAsync(limit.Token), limit.Token);
        string actual = await JetStreamTalk.PlayAsync(s_scripts[name], ours.Port, limit.Token);
        string[] theirs = wanted.Split('\n');
        string[] own = actual.Split('\n');
        Assert.True(wanted == actual, string.Join('\n', theirs.Except(own).Select(line => $"real: {line}").Concat(own.Except(theirs).Select(line => $"ours: {line}"))));
    }
}

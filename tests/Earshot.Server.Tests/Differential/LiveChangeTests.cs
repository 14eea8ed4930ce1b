using System.Text;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Server.Tests.Differential;

/// <summary>The output of a real server when its configuration is reloaded, and of ours when a verb makes the same change.</summary>
public sealed class LiveChangeTests : IDisposable
{
    private const string Connect = "CONNECT {\"verbose\":false,\"pedantic\":false,\"protocol\":1,\"headers\":true,\"user\":\"u\",\"pass\":\"u\"}\r\n";

    private readonly CancellationTokenSource _patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public LiveChangeTests() => _patience.CancelAfter(TimeSpan.FromSeconds(60));

    public void Dispose() => _patience.Dispose();

    [Fact]
    public Task Permissions_that_narrow_end_the_same_subscriptions_with_the_same_errors() => CompareAsync(
        ["SUB foo 1\r\nSUB foo q 2\r\nSUB bar 3\r\nSUB * 4\r\n", "PUB bar 1\r\nx\r\nPUB foo 1\r\nx\r\nSUB foo 5\r\n"],
        "authorization { users: [ { user: u, password: u, permissions: { publish: { deny: foo }, subscribe: { deny: foo } } } ] }",
        faults => faults.ChangePermissions(new NatsTestServerPermissions { PublishDeny = ["foo"], SubscribeDeny = ["foo"] }));

    [Fact]
    public Task Permissions_that_allow_only_one_subject_end_the_others_with_the_same_errors() => CompareAsync(
        ["SUB foo 1\r\nSUB foo.* 2\r\nSUB bar q 3\r\n", "PUB bar 1\r\nx\r\nPUB foo 1\r\nx\r\n"],
        "authorization { users: [ { user: u, password: u, permissions: { publish: foo, subscribe: foo } } ] }",
        faults => faults.ChangePermissions(new NatsTestServerPermissions { PublishAllow = ["foo"], SubscribeAllow = ["foo"] }));

    [Fact]
    public Task Reduced_payload_limit_is_not_announced_and_enforced_immediately() => CompareAsync(
        ["SUB foo 1\r\nPUB foo 20\r\n01234567890123456789\r\n", "PUB foo 10\r\n0123456789\r\nPUB foo 11\r\n01234567890\r\n"],
        "max_payload: 10\nauthorization { users: [ { user: u, password: u } ] }",
        faults => faults.ShrinkMaxPayload(10));

    private async Task CompareAsync(string[] said, string config, Action<NatsTestServerFaults> verb)
    {
        await using NatsServerProcess real = await NatsServerProcess.StartAsync(
            new NatsServerSetup { Config = "authorization { users: [ { user: u, password: u } ] }" }, _patience.Token);
        await using NatsTestServer ours = await NatsTestServer.StartAsync(new NatsTestServerOptions { Users = [new NatsTestServerUser("u", "u")] }, _patience.Token);
        var script = new Script("change", "", [.. said.Prepend(Connect).Select(text => new Step('A', StepEnd.Barrier, Encoding.Latin1.GetBytes(text)))]);
        string wanted = await Conversation.PlayAsync(script, real.Port, _patience.Token, () => real.ReloadAsync(config, _patience.Token));
        string actual = await Conversation.PlayAsync(script, ours.Port, _patience.Token, () =>
        {
            verb(ours.Faults);
            return Task.CompletedTask;
        });

        // A real server takes the subscriptions in the order of a hash table.
        Assert.Equal(wanted.Split('\n').Order(StringComparer.Ordinal), actual.Split('\n').Order(StringComparer.Ordinal));
        Assert.Contains("-ERR", wanted, StringComparison.Ordinal);
    }
}

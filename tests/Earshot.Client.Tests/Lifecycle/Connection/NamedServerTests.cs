using System.Net;
using Earshot.Client.Tests.Sessions;
using Earshot.Lifecycle;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>Servers whose name has several addresses, and callbacks that name another host.</summary>
public sealed class NamedServerTests
{
    private static readonly IPAddress[] s_two = [IPAddress.Parse("10.9.9.1"), IPAddress.Parse("10.9.9.2")];

    [Fact]
    public void At_most_sixteen_addresses_of_a_name_are_dialled()
    {
        IPAddress[] thousands = [.. Enumerable.Range(0, 4000).Select(i => new IPAddress([10, 9, (byte)(i >> 8), (byte)i]))];

        Assert.Equal(thousands[..16], DialAddresses.Choose(thousands, null));
        IPAddress[] chosen = DialAddresses.Choose(thousands, new Random(1));
        Assert.Equal((16, 16), (chosen.Length, chosen.Distinct().Count()));
        Assert.NotEqual(thousands[..16], chosen);
    }

    [Fact]
    public void Each_address_is_dialled_once_and_those_that_no_server_can_have_are_not()
    {
        string[] found = ["10.9.9.1", "::ffff:10.9.9.1", "10.9.9.1", "0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "ff02::1", "fd00::1"];

        Assert.Equal(["10.9.9.1", "fd00::1"], DialAddresses.Choose([.. found.Select(IPAddress.Parse)], null).Select(address => address.ToString()));
    }

    // All connections of a process that ask for one name at a time share the array with the answer.
    [Fact]
    public void The_answer_of_the_resolver_is_not_changed()
    {
        IPAddress[] answer = [.. Enumerable.Range(1, 16).Select(i => IPAddress.Parse($"10.9.9.{i}"))];
        IPAddress[] before = [.. answer];
        DialAddresses.Choose(answer, new Random(1));

        Assert.Equal(before, answer);
    }

    [Fact]
    public async Task A_name_whose_addresses_no_server_can_have_fails_with_that()
    {
        await using var rig = new ConnectionRig(url: "nats://blocked.example:4222");
        rig.Dialer.Resolves("blocked.example", IPAddress.Any);
        await Assert.ThrowsAsync<NatsConnectionFailedException>(() => rig.Connection.ConnectAsync(rig.Token).AsTask());

        NatsConnectAttemptFailedEvent failed = await rig.WhenAsync<NatsConnectAttemptFailedEvent>();
        Assert.Equal((NatsConnectPhase.Dns, "The host name 'blocked.example' has no address that a server can have, but 0.0.0.0."), (failed.Phase, failed.Exception.Message));
        Assert.Empty(rig.Dialer.Dials);
    }

    [Fact]
    public async Task A_callback_that_names_a_host_with_several_addresses_does_not_keep_the_connection_from_the_next_server()
    {
        int calls = 0;
        ValueTask<(string Host, int Port)> Redirect((string Host, int Port) server)
        {
            calls += server.Host == "a.example" ? 1 : 0;
            return ValueTask.FromResult(server.Host == "a.example" ? ("tunnel.example", 4222) : server);
        }

        await using var rig = new ConnectionRig(o => o with { OnConnectingAsync = Redirect }, url: "nats://a.example:4222,nats://10.0.0.2:4222");
        rig.Dialer.Resolves("tunnel.example", s_two); // where nothing listens
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        await rig.AcceptAsync(server: 2); // without time passing
        await connecting;

        Assert.Equal((1, 1), (calls, rig.Dialer.Dials.Count(dial => dial.Target.Host == "tunnel.example")));
    }

    [Fact]
    public async Task Every_address_of_a_host_that_a_callback_names_is_tried_in_the_end_and_belongs_to_no_other_host()
    {
        int calls = 0;
        await using var rig = new ConnectionRig(
            o => o with { RetryOnInitialConnect = true, OnConnectingAsync = server => ValueTask.FromResult(++calls % 2 == 1 ? ("tunnel.example", 4222) : server) },
            url: "nats://a.example:4222");
        rig.Dialer.Resolves("tunnel.example", s_two).Resolves("a.example", IPAddress.Parse("10.7.7.7"));
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        await rig.PassUntilAsync(Conditions.UntilAsync(() => s_two.All(address => rig.Dialer.Dials.Any(dial => address.Equals(dial.Target.Address)))));
        await rig.Connection.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => connecting);

        Assert.All(rig.Dialer.Dials, dial => Assert.Equal(dial.Target.Host == "a.example", Equals(dial.Target.Address, IPAddress.Parse("10.7.7.7"))));
    }
}

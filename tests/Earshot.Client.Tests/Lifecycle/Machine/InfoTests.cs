using Earshot.Lifecycle;
using Earshot.Servers;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Machine;

/// <summary>What the INFO of a session changes: limits, servers, and the events that report it.</summary>
public sealed class InfoTests
{
    private static readonly NatsServerInfo s_info = new() { Id = "A", Name = "a", Version = "2.10.0", MaxPayload = 1000, Nonce = "first" };

    public static TheoryData<string, NatsServerInfoChanges> Fields => new()
    {
        { "payload", NatsServerInfoChanges.MaxPayload },
        { "urls", NatsServerInfoChanges.Urls },
        { "version", NatsServerInfoChanges.Version },
        { "cluster", NatsServerInfoChanges.Cluster },
        { "account", NatsServerInfoChanges.Account },
        { "lame", NatsServerInfoChanges.LameDuckMode },
        { "jetstream", NatsServerInfoChanges.JetStream },
        { "id", NatsServerInfoChanges.Identity },
        { "name", NatsServerInfoChanges.Identity },
        { "tls required", NatsServerInfoChanges.Security },
        { "tls available", NatsServerInfoChanges.Security },
        { "auth required", NatsServerInfoChanges.Security },
        { "port", NatsServerInfoChanges.None },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Exactly_the_change_of_each_field_is_reported(string field, NatsServerInfoChanges expected)
    {
        NatsServerInfo changed = field switch
        {
            "payload" => s_info with { MaxPayload = 2000 },
            "urls" => s_info with { ClientConnectUrls = ["10.0.0.2:4222"] },
            "version" => s_info with { Version = "2.11.0" },
            "cluster" => s_info with { Cluster = "c" },
            "account" => s_info with { RemoteAccount = "acc" },
            "lame" => s_info with { LameDuckMode = true },
            "jetstream" => s_info with { JetStreamAvailable = true },
            "id" => s_info with { Id = "B" },
            "name" => s_info with { Name = "b" },
            "tls required" => s_info with { TlsRequired = true },
            "tls available" => s_info with { TlsAvailable = true },
            "auth required" => s_info with { AuthRequired = true },
            _ => s_info with { Port = 1 },
        };

        MachineRig rig = Opened().Info(changed);

        Assert.Equal(expected == NatsServerInfoChanges.None ? [] : [expected], rig.Of<NatsServerInfoUpdatedEvent>().Select(e => e.Changed));
        Assert.Equal(changed, rig.Did<ApplyInfo>().Info);
        Assert.All(rig.Of<NatsServerInfoUpdatedEvent>(), e => Assert.Equal((s_info, changed, false, 1), (e.Old, e.New, e.ConnectInfo, e.RepeatCount)));
    }

    [Fact]
    public void Several_changes_of_one_INFO_are_one_event()
    {
        MachineRig rig = Opened().Info(s_info with { Version = "2.11.0", Cluster = "c", Id = "B", AuthRequired = true, JetStreamAvailable = true });
        Assert.Equal(
            NatsServerInfoChanges.Version | NatsServerInfoChanges.Cluster | NatsServerInfoChanges.Identity | NatsServerInfoChanges.Security | NatsServerInfoChanges.JetStream,
            rig.Of<NatsServerInfoUpdatedEvent>().Single().Changed);
    }

    [Theory]
    [InlineData(0, 1000)]
    [InlineData(-1, 1000)]
    [InlineData(1, 1)]
    public void An_INFO_without_a_limit_keeps_the_one_before(int limit, int expected)
    {
        MachineRig rig = Opened().Info(s_info with { MaxPayload = limit, Nonce = "second" });
        Assert.Equal((expected, "first"), (rig.State.Live!.Info.MaxPayload, rig.State.Live.Info.Nonce));
        Assert.Equal(expected, rig.Did<ApplyInfo>().Info.MaxPayload);
    }

    [Fact]
    public void The_INFO_after_CONNECT_is_reported_once_and_an_equal_one_is_not()
    {
        MachineRig rig = Opened().Info(s_info);
        Assert.Empty(rig.Of<NatsServerInfoUpdatedEvent>());
        rig.Info(s_info with { IsConnectInfo = true });
        NatsServerInfoUpdatedEvent reported = rig.Of<NatsServerInfoUpdatedEvent>().Single();
        Assert.Equal((true, NatsServerInfoChanges.None, s_info, s_info with { IsConnectInfo = true }), (reported.ConnectInfo, reported.Changed, reported.Old, reported.New));
        Assert.True(rig.State.Live!.HasConnectInfo);

        rig.Info(s_info).Info(s_info with { IsConnectInfo = true });
        Assert.True(rig.State.Live.HasConnectInfo);
        Assert.Single(rig.Of<NatsServerInfoUpdatedEvent>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_empty_list_of_servers_does_not_replace_one_that_is_held(bool isNull)
    {
        MachineRig rig = Opened().Info(s_info with { MaxPayload = 2000 });
        rig.Info(s_info with { MaxPayload = 2000, ClientConnectUrls = ["10.0.0.9:4222"] }).Info(s_info with { MaxPayload = 2000, ClientConnectUrls = isNull ? null : [] });
        rig.Until(MachineTimer.Info);

        Assert.Contains(rig.Pool, server => server.Url == MachineRig.Url(9));
        Assert.Equal(1, rig.Of<NatsServerInfoUpdatedEvent>().Last().RepeatCount);
    }

    [Fact]
    public void An_INFO_without_servers_is_taken_as_it_is_while_nothing_is_held()
    {
        MachineRig rig = new MachineRig().Connect().Accept(info: s_info with { ClientConnectUrls = ["10.0.0.9:4222"] }).Info(s_info);
        Assert.True(rig.State.Live!.Info.ClientConnectUrls is null or []);
        Assert.Contains(rig.Pool, server => server.Url == MachineRig.Url(9));
    }

    [Fact]
    public void An_INFO_that_changes_nothing_is_not_counted_among_those_that_are_held()
    {
        MachineRig rig = Opened().Info(s_info with { MaxPayload = 2000 }).Info(s_info with { MaxPayload = 2000 }).Info(s_info with { MaxPayload = 3000 });
        rig.Until(MachineTimer.Info);
        Assert.Equal([1, 1], rig.Of<NatsServerInfoUpdatedEvent>().Select(e => e.RepeatCount));
        Assert.Equal((2000, 3000), (rig.Of<NatsServerInfoUpdatedEvent>().Last().Old.MaxPayload, rig.Of<NatsServerInfoUpdatedEvent>().Last().New.MaxPayload));
        Assert.Equal(TimeSpan.FromSeconds(2), rig.Timers[MachineTimer.Info]);
    }

    [Fact]
    public void Lame_duck_mode_reports_all_that_changed_since_the_last_report()
    {
        MachineRig rig = Opened().Info(s_info with { MaxPayload = 2000 }).Info(s_info with { MaxPayload = 2000, Version = "2.11.0" });
        rig.Info(s_info with { MaxPayload = 2000, Version = "2.11.0", LameDuckMode = true });

        NatsServerInfoUpdatedEvent reported = rig.Of<NatsServerInfoUpdatedEvent>().Last();
        Assert.Equal((NatsServerInfoChanges.Version | NatsServerInfoChanges.LameDuckMode, 2, "2.10.0"), (reported.Changed, reported.RepeatCount, reported.Old.Version));
    }

    [Fact]
    public void Changes_that_are_held_are_reported_when_the_session_ends()
    {
        MachineRig rig = Opened().Info(s_info with { MaxPayload = 2000 }).Info(s_info with { MaxPayload = 3000 }).Info(s_info with { MaxPayload = 4000 }).Lose();
        Assert.Equal([1, 2], rig.Of<NatsServerInfoUpdatedEvent>().Select(e => e.RepeatCount));
        Assert.DoesNotContain(MachineTimer.Info, rig.Timers.Keys);
        Assert.Null(rig.State.HeldInfo);
    }

    [Fact]
    public void A_session_that_begins_on_a_lame_server_is_one_of_a_lame_server()
    {
        MachineRig rig = new MachineRig(servers: 2).Connect().Accept(info: s_info with { LameDuckMode = true });
        Assert.True(rig.State.Live!.IsLameDuck);
        Assert.Equal(MachineRig.Url(2), Assert.Single(rig.Of<NatsLameDuckModeEvent>().Single().OtherServers));
    }

    [Theory]
    [InlineData(false, NatsServerPoolChangeSource.Info)]
    [InlineData(true, NatsServerPoolChangeSource.LameDuck)]
    public void Servers_that_INFO_names_are_reported_with_the_kind_of_INFO_that_named_them(bool lame, NatsServerPoolChangeSource expected)
    {
        MachineRig rig = Opened().Info(s_info with { LameDuckMode = lame, ClientConnectUrls = ["10.0.0.9:4222"] });
        NatsServerPoolChangedEvent changed = rig.Of<NatsServerPoolChangedEvent>().Single();
        Assert.Equal((expected, MachineRig.Url(9)), (changed.Source, Assert.Single(changed.Added)));
        Assert.Equal([MachineRig.Url(1), MachineRig.Url(9)], changed.Pool.Select(server => server.Url));
    }

    [Fact]
    public void A_list_that_only_loses_servers_or_is_the_same_discovers_none()
    {
        MachineRig rig = Opened().Info(s_info with { ClientConnectUrls = ["10.0.0.8:4222", "10.0.0.9:4222"] }).Until(MachineTimer.Info);
        rig.Info(s_info with { ClientConnectUrls = ["10.0.0.8:4222"] }).Until(MachineTimer.Info).Info(s_info with { ClientConnectUrls = ["10.0.0.8:4222"] });

        Assert.Equal([MachineRig.Url(8), MachineRig.Url(9)], rig.Of<NatsDiscoveredServersEvent>().Single().All);
        Assert.Equal([MachineRig.Url(9)], rig.Of<NatsServerPoolChangedEvent>().Last().Removed);
        rig.Info(s_info with { MaxPayload = 3000, ClientConnectUrls = ["10.0.0.8:4222", "10.0.0.9:4222"] });
        Assert.Equal([MachineRig.Url(9)], rig.Of<NatsDiscoveredServersEvent>().Last().Added);
    }

    [Fact]
    public void An_advertised_address_that_is_ignored_is_reported_with_its_text_and_reason()
    {
        NatsConfigurationWarningEvent warning = Opened().Info(s_info with { ClientConnectUrls = ["10.0.0.1:99999"] }).Of<NatsConfigurationWarningEvent>().Single();
        Assert.Equal("AdvertisedAddressRejected", warning.Code);
        Assert.StartsWith("Advertised address '10.0.0.1:99999' is ignored: ", warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_is_asked_before_servers_come_into_the_pool_and_its_refusals_stay_out()
    {
        NatsServerInfo info = s_info with { ClientConnectUrls = ["10.0.0.7:4222", "10.0.0.8:4222", "10.0.0.9:4222"], LameDuckMode = true };
        MachineRig rig = new MachineRig(MachineRig.Options with { HasFilter = true }).Connect().Accept(info: s_info).Info(info);
        InvokeServerFilter asked = rig.Did<InvokeServerFilter>();
        Assert.Equal((1, "nats", 1024, NatsServerPoolChangeSource.LameDuck), (asked.SessionId, asked.Scheme, asked.Limit, asked.Source));
        Assert.Equal(info.ClientConnectUrls, asked.Info.ClientConnectUrls);
        Assert.True(Assert.Single(rig.Pool).IsLameDuck);
        Assert.DoesNotContain(MachineTimer.Migrate, rig.Timers.Keys);

        var refused = new Dictionary<(string Host, int Port), Exception?> { [("10.0.0.8", 4222)] = null, [("10.0.0.9", 4222)] = new InvalidOperationException("broken filter") };
        rig.Step(new AdvertisedFiltered(1, asked.Info, asked.Source, refused));

        Assert.Equal([MachineRig.Url(1), MachineRig.Url(7)], rig.Pool.Select(server => server.Url));
        Assert.Equal(NatsServerPoolChangeSource.LameDuck, rig.Of<NatsServerPoolChangedEvent>().Single().Source);
        Assert.Equal(2, rig.Of<NatsConfigurationWarningEvent>().Count());
        NatsConfigurationWarningEvent broken = rig.Of<NatsConfigurationWarningEvent>().Single(warning => warning.Text.EndsWith("the filter threw InvalidOperationException", StringComparison.Ordinal));
        Assert.Contains("10.0.0.9", broken.Text, StringComparison.Ordinal);
        Assert.Contains(MachineTimer.Migrate, rig.Timers.Keys);
    }

    [Fact]
    public void Advertised_addresses_have_the_scheme_of_the_server_that_names_them_also_when_it_has_left_the_pool()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { HasFilter = true }).Step(new ServersReplaced([.. ServerAddress.ParseList(["tls://10.0.0.1:4222"])], Reconnect: false)).Connect();
        Assert.Equal("tls", rig.Accept(info: s_info with { ClientConnectUrls = ["10.0.0.2:4222"] }).Did<InvokeServerFilter>().Scheme);
        rig.Step(new ServersReplaced([.. MachineRig.Addresses(1, from: 5)], Reconnect: false)).Info(s_info with { ClientConnectUrls = ["10.0.0.3:4222"] });
        Assert.Equal("nats", rig.Did<InvokeServerFilter>().Scheme);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_filter_is_not_asked_where_INFO_names_no_servers(bool isNull)
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { HasFilter = true }).Connect().Accept(info: s_info).Info(s_info with { MaxPayload = 2000, ClientConnectUrls = isNull ? null : [] });
        Assert.Empty(rig.Effects.OfType<InvokeServerFilter>());
    }

    [Fact]
    public void A_filter_is_not_asked_for_a_session_that_has_ended()
    {
        MachineRig rig = new MachineRig(MachineRig.Options with { HasFilter = true }).Connect().Accept(info: s_info);
        rig.Info(s_info with { MaxPayload = 2000 }).Info(s_info with { ClientConnectUrls = ["10.0.0.7:4222"] }).Lose();

        Assert.True(rig.Effects.OfType<Emit>().Single(emit => emit.Event is NatsServerInfoUpdatedEvent).Event is NatsServerInfoUpdatedEvent { Changed: NatsServerInfoChanges.Urls or NatsServerInfoChanges.MaxPayload | NatsServerInfoChanges.Urls });
        Assert.Empty(rig.Effects.OfType<InvokeServerFilter>());
    }

    private static MachineRig Opened() => new MachineRig().Connect().Accept(info: s_info);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using Earshot.Services.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.Services.Tests;

[BothServers]
public sealed class MonitoringTests(SharedServer server)
{
    [Theory]
    [InlineData("PING", "io.nats.micro.v1.ping_response")]
    [InlineData("INFO", "io.nats.micro.v1.info_response")]
    [InlineData("STATS", "io.nats.micro.v1.stats_response")]
    public async Task Each_verb_is_answered_on_the_subjects_of_all_of_the_name_and_of_the_id(string verb, string type)
    {
        string prefix = $"SRV-{Nuid.NewNuid()}";
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with { ApiPrefix = prefix, Metadata = new() { ["a"] = "b" } });
        string id = ((NatsSvcServer)rig.Service).Id;
        foreach (string scope in (string[])["", $".{rig.Name}", $".{rig.Name}.{id}"])
        {
            JsonNode answer = JsonNode.Parse((await rig.AskAsync($"{prefix}.{verb}{scope}", "")).Data!)!;

            Assert.Equal((type, rig.Name, id, "1.2.3", "b"), ((string?)answer["type"], (string?)answer["name"], (string?)answer["id"], (string?)answer["version"], (string?)answer["metadata"]!["a"]));
        }
    }

    [Theory]
    [InlineData("PING")]
    [InlineData("INFO")]
    [InlineData("STATS")]
    public async Task Odd_requests_do_not_stop_the_answers(string verb)
    {
        string prefix = $"SRV-{Nuid.NewNuid()}";
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with { ApiPrefix = prefix });
        await rig.Requester.PublishAsync($"{prefix}.{verb}", "without a reply subject", cancellationToken: rig.Cancel);
        await rig.Requester.PublishAsync($"{prefix}.{verb}", new byte[1024 * 1024], replyTo: rig.Requester.NewInbox(), cancellationToken: rig.Cancel);

        Assert.NotNull(JsonNode.Parse((await rig.AskAsync($"{prefix}.{verb}", new string('x', 100_000))).Data!));
        Assert.Empty(rig.Connection.Events.ToList().OfType<NatsExceptionOccurredEvent>());
    }

    [Fact]
    public async Task Answers_have_the_fields_of_the_protocol()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with { Description = "adds", StatsHandler = endpoint => JsonValue.Create(endpoint.Name.Length) });
        await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync(), "add", $"{rig.Name}.add", metadata: new Dictionary<string, string> { ["x"] = "y" }, cancellationToken: rig.Cancel);
        await rig.AskAsync($"{rig.Name}.add", "");
        JsonNode ping = JsonNode.Parse((await rig.AskAsync($"$SRV.PING.{rig.Name}", "")).Data!)!;
        JsonNode info = JsonNode.Parse((await rig.AskAsync($"$SRV.INFO.{rig.Name}", "")).Data!)!;
        JsonNode stats = JsonNode.Parse((await rig.AskAsync($"$SRV.STATS.{rig.Name}", "")).Data!)!;

        Assert.Equal(["id", "metadata", "name", "type", "version"], Fields(ping));
        Assert.Equal(["description", "endpoints", "id", "metadata", "name", "type", "version"], Fields(info));
        Assert.Equal(["metadata", "name", "queue_group", "subject"], Fields(info["endpoints"]![0]!));
        Assert.Equal(["endpoints", "id", "metadata", "name", "started", "type", "version"], Fields(stats));
        Assert.Equal(
            ["average_processing_time", "data", "last_error", "name", "num_errors", "num_requests", "processing_time", "queue_group", "subject"], Fields(stats["endpoints"]![0]!));
        Assert.Equal((JsonValueKind.Object, "adds", "y", 3), (ping["metadata"]!.GetValueKind(), (string?)info["description"], (string?)info["endpoints"]![0]!["metadata"]!["x"], (int?)stats["endpoints"]![0]!["data"]));
        Assert.True(DateTimeOffset.TryParse((string?)stats["started"], null, out DateTimeOffset started) && started.Offset == TimeSpan.Zero);

        static IEnumerable<string> Fields(JsonNode node) => node.AsObject().Select(field => field.Key).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Statistics_count_and_can_be_reset()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        INatsSvcEndpoint endpoint = await rig.Service.AddEndpointAsync<string>(
            request => request.Data == "bad" ? request.ReplyErrorAsync(400, "bad") : request.ReplyAsync(), new NatsSvcEndpointOpts { Subject = $"{rig.Name}.a" }, cancellationToken: rig.Cancel);
        await rig.AskAsync($"{rig.Name}.a", "");
        await rig.AskAsync($"{rig.Name}.a", "bad");
        await rig.AskAsync($"{rig.Name}.a", "");
        await rig.AskAsync($"{rig.Name}.a", ""); // the one before has been counted when this one is answered

        Assert.InRange(endpoint.Requests, 3, 4);
        Assert.Equal((1, "400:bad"), (endpoint.Errors, endpoint.LastError));
        Assert.True(endpoint.ProcessingTime > 0 && endpoint.AverageProcessingTime > 0 && endpoint.AverageProcessingTime <= endpoint.ProcessingTime);

        string before = rig.Service.GetStats().Started;
        await rig.Service.StopAsync(rig.Cancel);
        rig.Service.ResetStats();
        Assert.Equal((0, 0, null, 0L), (endpoint.Requests, endpoint.Errors, endpoint.LastError, endpoint.AverageProcessingTime));
        Assert.True(string.CompareOrdinal(rig.Service.GetStats().Started, before) > 0);
    }

    [Fact]
    public async Task A_stats_handler_that_throws_is_reported_and_the_service_continues()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with { StatsHandler = _ => throw new InvalidOperationException("no data") });
        await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync("ok"), "a", $"{rig.Name}.a", cancellationToken: rig.Cancel);

        await rig.Requester.PublishAsync($"$SRV.STATS.{rig.Name}", "", replyTo: $"{rig.Name}.unused", cancellationToken: rig.Cancel);
        NatsExceptionOccurredEvent told = await rig.Connection.Events.WhenAsync<NatsExceptionOccurredEvent>(after: 0, rig.Cancel);

        Assert.Equal("no data", told.Exception.Message);
        Assert.Equal("ok", (await rig.AskAsync($"{rig.Name}.a", "")).Data);
        Assert.Contains(rig.Name, (await rig.AskAsync($"$SRV.PING.{rig.Name}", "")).Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stats_handler_that_fails_for_one_endpoint_costs_only_its_data()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with
        {
            StatsHandler = endpoint => endpoint.Name switch
            {
                "throws" => throw new InvalidOperationException("no data"),
                "unwritable" => JsonValue.Create(double.NaN),
                _ => JsonValue.Create(7),
            },
        });
        foreach (string name in (string[])["throws", "unwritable", "good"])
        {
            await rig.Service.AddEndpointAsync<string>(request => request.ReplyAsync(), name, $"{rig.Name}.{name}", cancellationToken: rig.Cancel);
        }

        JsonNode stats = JsonNode.Parse((await rig.AskAsync($"$SRV.STATS.{rig.Name}", "")).Data!)!;

        Assert.Equal([("throws", null), ("unwritable", null), ("good", 7)], stats["endpoints"]!.AsArray().Select(endpoint => ((string?)endpoint!["name"], (int?)endpoint["data"])));
        Assert.Equal([null, null, "7"], rig.Service.GetStats().Endpoints.Select(endpoint => endpoint.Data?.ToJsonString()));
        Assert.Equal(
            [$"{rig.Name}.throws", $"{rig.Name}.unwritable", $"{rig.Name}.throws", $"{rig.Name}.unwritable"],
            rig.Connection.Events.ToList().OfType<NatsExceptionOccurredEvent>().Select(reported => reported.Subscription?.Subject));
    }

    [Fact]
    public async Task Changes_of_a_report_do_not_change_the_service()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server, config => config with { Metadata = new() { ["a"] = "b" } });
        INatsSvcEndpoint endpoint = await rig.Service.AddEndpointAsync<string>(
            request => request.ReplyAsync(), new NatsSvcEndpointOpts { Subject = $"{rig.Name}.a", Metadata = new Dictionary<string, string> { ["c"] = "d" } }, cancellationToken: rig.Cancel);

        rig.Service.GetInfo().Metadata["hacked"] = "1";
        rig.Service.GetStats().Metadata["hacked"] = "1";
        Assert.Single(rig.Service.GetInfo().Endpoints).Metadata["hacked"] = "1";
        endpoint.Metadata!["hacked"] = "1";
        JsonNode info = JsonNode.Parse((await rig.AskAsync($"$SRV.INFO.{rig.Name}", "")).Data!)!;

        Assert.Equal("""{"a":"b"}""", info["metadata"]!.ToJsonString());
        Assert.Equal("""{"c":"d"}""", info["endpoints"]![0]!["metadata"]!.ToJsonString());
        Assert.Equal("d", Assert.Single(endpoint.Metadata!).Value);
    }

    [Fact]
    public async Task Discovery_finds_each_instance_once()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        await using INatsSvcServer second = await rig.Connection.CreateServicesContext().AddServiceAsync(rig.Name, "2.0.0", cancellationToken: rig.Cancel);
        await second.AddEndpointAsync<string>(request => request.ReplyAsync(), "a", $"{rig.Name}.a", cancellationToken: rig.Cancel);
        INatsSvcDiscovery discovery = rig.Requester.CreateServiceDiscovery();
        var two = new NatsSvcDiscoveryOpts { MaxCount = 2, Timeout = TimeSpan.FromMinutes(1), IdleTimeout = TimeSpan.FromMinutes(1) };

        List<PingResponse> pings = await discovery.PingAsync(rig.Name, opts: two, cancellationToken: rig.Cancel).ToListAsync(rig.Cancel);
        List<InfoResponse> infos = await discovery.InfoAsync(rig.Name, pings.Single(ping => ping.Version == "2.0.0").Id, two with { MaxCount = 1 }, rig.Cancel).ToListAsync(rig.Cancel);
        List<StatsResponse> stats = await discovery.StatsAsync(rig.Name, opts: two, cancellationToken: rig.Cancel).ToListAsync(rig.Cancel);

        Assert.Equal(["1.2.3", "2.0.0"], pings.Select(ping => ping.Version).Order());
        Assert.Equal("a", Assert.Single(Assert.Single(infos).Endpoints).Name);
        Assert.Equal(2, stats.Select(answer => answer.Id).Distinct().Count());
    }

    [Fact]
    public async Task Discovery_of_nothing_ends_immediately()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        INatsSvcDiscovery discovery = rig.Requester.CreateServiceDiscovery();

        Assert.Empty(await discovery.PingAsync("nobody", opts: new NatsSvcDiscoveryOpts { Timeout = TimeSpan.FromHours(1), IdleTimeout = TimeSpan.FromHours(1) }, cancellationToken: rig.Cancel).ToListAsync(rig.Cancel));
        Assert.Throws<ArgumentException>(() => discovery.PingAsync(id: "x", cancellationToken: rig.Cancel));
        Assert.Throws<ArgumentException>(() => discovery.PingAsync("a.b", cancellationToken: rig.Cancel));
    }
}

using Earshot.Services.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.Services.Tests;

/// <summary>Answers to a discovery that are not, or not completely, those of a service: any client may answer.</summary>
[BothServers]
public sealed class DiscoveryTests(SharedServer server)
{
    private const string Nothing = """ "version":null,"metadata":null,"description":null,"started":null,"endpoints":null """;

    private const string Nulls = """
        "metadata":{"a":null,"b":"1"},"endpoints":[null,{"name":null,"subject":null,"queue_group":null,"metadata":null,"last_error":null}]
        """;

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("""{"name":"a","id":"1"}""")]
    [InlineData("""{"type":null,"name":"a","id":"1"}""")]
    [InlineData("""{"type":7,"name":"a","id":"1"}""")]
    [InlineData("""{"type":"x.other","name":"a","id":"1"}""")]
    [InlineData("""{"type":"io.nats.micro.v1.VERB_response"}""")]
    [InlineData("""{"type":"io.nats.micro.v1.VERB_response","name":null,"id":"1"}""")]
    [InlineData("""{"type":"io.nats.micro.v1.VERB_response","name":"a","id":""}""")]
    [InlineData("""{"type":"io.nats.micro.v1.VERB_response","name":7,"id":"1"}""")]
    [InlineData("""{"type":"io.nats.micro.v1.VERB_response","name":"a","id":"1","metadata":[]}""")]
    public async Task An_answer_that_is_not_one_of_a_service_is_left_out(string answer)
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);

        Assert.Equal("good", (await AskAsync(rig, "ping", answer)).Ping.Version);
        Assert.Equal("good", (await AskAsync(rig, "info", answer)).Info.Version);
        Assert.Equal("good", (await AskAsync(rig, "stats", answer)).Stats.Version);
    }

    [Fact]
    public async Task What_is_null_in_an_answer_is_empty()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);

        PingResponse ping = (await AskAsync(rig, "ping", null, Nothing)).Ping;
        InfoResponse info = (await AskAsync(rig, "info", null, Nothing)).Info;
        StatsResponse stats = (await AskAsync(rig, "stats", null, Nothing)).Stats;

        Assert.Equal(("", "", "", "", ""), (ping.Version, info.Version, info.Description, stats.Version, stats.Started));
        Assert.All([ping.Metadata, info.Metadata, stats.Metadata], Assert.Empty);
        Assert.Empty(info.Endpoints);
        Assert.Empty(stats.Endpoints);
    }

    [Fact]
    public async Task Elements_of_an_answer_that_are_null_are_left_out()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);

        PingResponse ping = (await AskAsync(rig, "ping", null, Nulls)).Ping;
        EndpointInfo info = Assert.Single((await AskAsync(rig, "info", null, Nulls)).Info.Endpoints);
        EndpointStats stats = Assert.Single((await AskAsync(rig, "stats", null, Nulls)).Stats.Endpoints);

        Assert.Equal(new KeyValuePair<string, string>("b", "1"), Assert.Single(ping.Metadata));
        Assert.Equal(("", "", ""), (info.Name, info.Subject, info.QueueGroup));
        Assert.Empty(info.Metadata);
        Assert.Equal(("", "", "", ""), (stats.Name, stats.Subject, stats.QueueGroup, stats.LastError));
    }

    [Fact]
    public async Task Only_answers_of_services_count_towards_the_maximum()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        string prefix = $"SRV-{Nuid.NewNuid()}";
        await using INatsSub<string> requests = await rig.Connection.SubscribeCoreAsync<string>($"{prefix}.>", cancellationToken: rig.Cancel);
        await requests.ConfirmAsync(rig.Cancel);
        Task answering = AnswerAsync();

        var opts = new NatsSvcDiscoveryOpts { ApiPrefix = prefix, Timeout = TimeSpan.FromMinutes(1), IdleTimeout = TimeSpan.FromMinutes(1), MaxCount = 2 };
        List<PingResponse> found = await rig.Requester.CreateServiceDiscovery().PingAsync(opts: opts, cancellationToken: rig.Cancel).ToListAsync(rig.Cancel);

        Assert.Equal(["1", "2"], found.Select(answer => answer.Id));
        await answering;

        async Task AnswerAsync()
        {
            NatsMsg<string> request = await requests.Msgs.ReadAsync(rig.Cancel);
            foreach (string answer in (string[])["{}", "no JSON", Ping("1"), "", Ping("2"), Ping("3")])
            {
                await request.ReplyAsync(answer, cancellationToken: rig.Cancel);
            }
        }
    }

    [Fact]
    public async Task Answers_that_are_not_of_a_service_do_not_extend_the_time_limit()
    {
        await using ServiceRig rig = await ServiceRig.StartAsync(server);
        string prefix = $"SRV-{Nuid.NewNuid()}";
        await using INatsSub<string> requests = await rig.Connection.SubscribeCoreAsync<string>($"{prefix}.>", cancellationToken: rig.Cancel);
        await requests.ConfirmAsync(rig.Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        Task answering = AnswerAsync();

        var opts = new NatsSvcDiscoveryOpts { ApiPrefix = prefix, Timeout = TimeSpan.FromMilliseconds(200), IdleTimeout = TimeSpan.FromMinutes(1), MaxCount = 1 };
        List<PingResponse> found = await rig.Requester.CreateServiceDiscovery().PingAsync(opts: opts, cancellationToken: rig.Cancel).ToListAsync(rig.Cancel);

        Assert.Empty(found);
        Assert.False(answering.IsCompleted); // the answers had no end
        await stop.CancelAsync();
        await answering;

        async Task AnswerAsync()
        {
            NatsMsg<string> request = await requests.Msgs.ReadAsync(rig.Cancel);
            while (!stop.IsCancellationRequested)
            {
                await request.ReplyAsync("{}", cancellationToken: rig.Cancel);
                await rig.Connection.PingAsync(rig.Cancel);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task A_maximum_below_one_is_refused(int count)
    {
        await using var connection = new NatsConnection();
        INatsSvcDiscovery discovery = connection.CreateServiceDiscovery();

        Assert.Throws<ArgumentOutOfRangeException>(() => discovery.PingAsync(opts: new NatsSvcDiscoveryOpts { MaxCount = count }, cancellationToken: TestContext.Current.CancellationToken));
    }

    private static string Ping(string id) => $$"""{"type":"io.nats.micro.v1.ping_response","name":"a","id":"{{id}}","version":"1.0.0"}""";

    // Sends the answer and behind it one of a service, and returns the first that is found.
    private static async Task<(PingResponse Ping, InfoResponse Info, StatsResponse Stats)> AskAsync(ServiceRig rig, string verb, string? answer, string fields = "\"version\":\"good\"")
    {
        string prefix = $"SRV-{Nuid.NewNuid()}";
        await using INatsSub<string> requests = await rig.Connection.SubscribeCoreAsync<string>($"{prefix}.>", cancellationToken: rig.Cancel);
        await requests.ConfirmAsync(rig.Cancel);
        var answering = Task.Run(
            async () =>
            {
                NatsMsg<string> request = await requests.Msgs.ReadAsync(rig.Cancel);
                if (answer is not null)
                {
                    await request.ReplyAsync(answer.Replace("VERB", verb, StringComparison.Ordinal), cancellationToken: rig.Cancel);
                }

                await request.ReplyAsync($$"""{"type":"io.nats.micro.v1.{{verb}}_response","name":"a","id":"1",{{fields}}}""", cancellationToken: rig.Cancel);
            },
            rig.Cancel);
        INatsSvcDiscovery discovery = rig.Requester.CreateServiceDiscovery();
        var opts = new NatsSvcDiscoveryOpts { ApiPrefix = prefix, Timeout = TimeSpan.FromMinutes(1), IdleTimeout = TimeSpan.FromMinutes(1) };
        (PingResponse Ping, InfoResponse Info, StatsResponse Stats) found = verb switch
        {
            "ping" => (await discovery.PingAsync(opts: opts, cancellationToken: rig.Cancel).FirstAsync(rig.Cancel), null!, null!),
            "info" => (null!, await discovery.InfoAsync(opts: opts, cancellationToken: rig.Cancel).FirstAsync(rig.Cancel), null!),
            _ => (null!, null!, await discovery.StatsAsync(opts: opts, cancellationToken: rig.Cancel).FirstAsync(rig.Cancel)),
        };
        await answering;
        return found;
    }
}

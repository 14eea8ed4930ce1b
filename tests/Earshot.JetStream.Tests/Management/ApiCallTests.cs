using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>Calls of the API that are rejected, not answered, or answered by a stream that lost messages; the test simulates the API.</summary>
public sealed class ApiCallTests : IAsyncLifetime
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMilliseconds(600);

    private readonly RetryTime _time = new();
    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;
    private ScriptedStream _api = null!;
    private NatsJSContext _context = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        _api = await ScriptedStream.StartAsync(_server.Url, "$JS.>", Cancel);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url, TimeProvider = _time, PingInterval = Timeout.InfiniteTimeSpan, ReconnectWaitMin = TimeSpan.Zero, ReconnectWaitMax = TimeSpan.Zero });
        await _connection.ConnectAsync(Cancel);
        _context = new NatsJSContext(_connection, new NatsJSOpts(_connection.Opts, requestTimeout: s_timeout));
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _api.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Unavailable_is_retried_until_the_call_succeeds()
    {
        int asked = 0;
        _api.Answer = _ => ++asked < 3 ? Error(503, 10008) : """{"type":"t","memory":7}""";
        Assert.Equal(7UL, (await _context.GetAccountInfoAsync(Cancel)).Memory);
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task Unavailable_until_the_timeout_is_an_exception()
    {
        _api.Answer = _ => Error(503, 10008);
        NatsJSUnavailableException e = await Assert.ThrowsAsync<NatsJSUnavailableException>(async () => await _context.GetAccountInfoAsync(Cancel));
        Assert.Equal(NatsOutcome.Rejected, e.Outcome);
        Assert.InRange(_api.Received.Count, 3, 6);
    }

    [Fact]
    public async Task No_responders_are_retried_until_the_timeout_and_reported()
    {
        await _api.LeaveAsync();
        _time.Longest = TimeSpan.FromSeconds(2); // the delay between two attempts grows to a second
        Task<AccountInfoResponse> soon = WithoutTimeout().GetAccountInfoAsync(Cancel).AsTask();
        _api.Answer = _ => """{"type":"t"}""";
        await _api.ListenAsync("$JS.>");
        await soon;
        await _api.LeaveAsync();
        NatsJSApiNoResponseException silent = await Assert.ThrowsAsync<NatsJSApiNoResponseException>(async () => await _context.CreateStreamAsync(new StreamConfig("S", ["a"]), Cancel));
        Assert.Equal((NatsSubEndReason.None, NatsOutcome.Rejected), (silent.Reason, silent.Outcome));
        Assert.IsType<NatsNoRespondersException>(silent.InnerException);
    }

    [Fact]
    public async Task Request_that_a_cluster_without_a_leader_drops_is_repeated_before_the_timeout()
    {
        int asked = 0;
        _api.Answer = _ => ++asked == 1 ? null : """{"type":"t","memory":7}""";
        var context = new NatsJSContext(_connection, new NatsJSOpts(_connection.Opts, requestTimeout: TimeSpan.FromSeconds(4)));
        Task<AccountInfoResponse> call = context.GetAccountInfoAsync(Cancel).AsTask();
        await _api.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(1.1)); // the first attempt takes a second
        Assert.Equal(7UL, (await call.WaitAsync(Cancel)).Memory);
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Missing_response_is_unknown_for_changes_and_not_for_reads()
    {
        NatsJSApiNoResponseException silent = await Assert.ThrowsAsync<NatsJSApiNoResponseException>(() => UnansweredAsync(_context.GetAccountInfoAsync(Cancel).AsTask()));
        Assert.Equal((NatsSubEndReason.Timeout, NatsOutcome.Rejected), (silent.Reason, silent.Outcome));
        Assert.Empty(_connection.Events.ToList().OfType<NatsUncertainOutcomeEvent>());

        silent = await Assert.ThrowsAsync<NatsJSApiNoResponseException>(() => UnansweredAsync(_context.DeleteMessageAsync("S", new StreamMsgDeleteRequest { Seq = 1 }, Cancel).AsTask()));
        Assert.Equal((NatsSubEndReason.Timeout, NatsOutcome.Unknown), (silent.Reason, silent.Outcome));
        NatsUncertainOutcomeEvent told = Assert.Single(_connection.Events.ToList().OfType<NatsUncertainOutcomeEvent>());
        Assert.Equal((UncertainOperation.ApiCall, "$JS.API.STREAM.MSG.DELETE.S", "S", UncertainResult.Unknown), (told.Operation, told.Subject, told.Stream, told.Result));
    }

    [Fact]
    public async Task Lost_session_repeats_only_repeatable_calls()
    {
        int answered = 0;
        NatsJSContext context = WithoutTimeout();
        Task<StreamPurgeResponse> purge = context.PurgeStreamAsync("S", new StreamPurgeRequest(), Cancel).AsTask();
        Task<StreamMsgDeleteResponse> delete = context.DeleteMessageAsync("S", new StreamMsgDeleteRequest { Seq = 1 }, Cancel).AsTask();
        await _api.NextAsync();
        await _api.NextAsync();
        _api.Answer = _ => $$"""{"type":"t","success":true,"purged":{{++answered}}}""";
        await _connection.ReconnectAsync(Cancel);
        Assert.True((await purge).Success);
        NatsJSApiNoResponseException unknown = await Assert.ThrowsAsync<NatsJSApiNoResponseException>(() => delete);
        Assert.Equal(NatsOutcome.Unknown, unknown.Outcome);
        Assert.Equal(1, answered);
    }

    [Theory]
    [InlineData(null, null, "$JS.API.INFO")]
    [InlineData(null, "hub", "$JS.hub.API.INFO")]
    [InlineData("$JS.other.prefix", null, "$JS.other.prefix.INFO")]
    public async Task Prefix_or_domain_precedes_every_subject(string? prefix, string? domain, string subject)
    {
        _api.Answer = _ => """{"type":"t"}""";
        await new NatsJSContext(_connection, new NatsJSOpts(_connection.Opts, prefix, domain)).GetAccountInfoAsync(Cancel);
        Assert.Equal(subject, Assert.Single(_api.Received).Subject);
    }

    [Fact]
    public void Prefix_and_domain_are_mutually_exclusive() => Assert.Throws<ArgumentException>(() => new NatsJSOpts(NatsOpts.Default, "$JS.x", "y"));

    [Fact]
    public async Task Domain_of_a_source_is_sent_as_prefix_and_the_callers_configuration_is_not_modified()
    {
        _api.Answer = message => $$"""{"type":"t","config":{{message.Data}}}""";
        var config = new StreamConfig("S", ["a"]) { Sources = [new StreamSource { Name = "O", Domain = "hub" }] };
        await _context.CreateStreamAsync(config, Cancel);
        Assert.Contains("\"sources\":[{\"name\":\"O\",\"external\":{\"api\":\"$JS.hub.API\"}}]", Assert.Single(_api.Received).Data, StringComparison.Ordinal);
        Assert.Null(config.Sources.Single().External);
    }

    [Fact]
    public async Task List_ends_with_an_empty_page_although_the_total_is_higher()
    {
        int page = 0;
        _api.Answer = _ => ++page == 1 ? """{"type":"t","total":9,"offset":0,"limit":2,"streams":["a","b"]}""" : """{"type":"t","total":9,"offset":2,"limit":2,"streams":null}""";
        Assert.Equal(["a", "b"], await _context.ListStreamNamesAsync(cancellationToken: Cancel).ToListAsync(Cancel));
        Assert.Equal(["{}", """{"offset":2}"""], _api.Received.Select(request => request.Data));
    }

    [Fact]
    public async Task Regressed_or_recreated_stream_is_reported_once()
    {
        string[] answers =
        [
            Info(10, 1), Info(12, 1), Info(5, 1), Info(6, 1), // decreased from 12 to 5
            Info(3, 2), Info(4, 2), // recreated
        ];
        int next = 0;
        _api.Answer = _ => answers[next++];
        for (int i = 0; i < answers.Length; i++)
        {
            await _context.GetStreamAsync("S", cancellationToken: Cancel);
        }

        NatsStreamRegressionEvent[] told = [.. _connection.Events.ToList().OfType<NatsStreamRegressionEvent>()];
        Assert.Equal(
            [(13UL, 5UL, RegressionEvidence.StreamInfo), (7UL, 3UL, RegressionEvidence.Created)],
            told.Select(e => (e.Expected, e.Found, e.Evidence)));
        Assert.Equal((1, 2), (told[1].CreatedBefore!.Value.Day, told[1].CreatedAfter!.Value.Day));
    }

    [Fact]
    public async Task Stream_deleted_by_this_client_is_no_regression()
    {
        _api.Answer = message => message.Subject.Contains("DELETE", StringComparison.Ordinal) ? """{"type":"t","success":true}""" : Info(10, 1);
        await _context.GetStreamAsync("S", cancellationToken: Cancel);
        await _context.DeleteStreamAsync("S", Cancel);
        _api.Answer = _ => Info(1, 2);
        await _context.GetStreamAsync("S", cancellationToken: Cancel);
        Assert.Empty(_connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("""{"memory":"seven"}""")]
    public async Task Answer_that_cannot_be_read_is_an_exception(string answer)
    {
        _api.Answer = _ => answer;
        NatsJSException e = await Assert.ThrowsAsync<NatsJSException>(async () => await _context.GetAccountInfoAsync(Cancel));
        Assert.Contains("could not be read", e.Message, StringComparison.Ordinal);
    }

    private static string Error(int code, int errCode) => $$$"""{"type":"t","error":{"code":{{{code}}},"err_code":{{{errCode}}},"description":"no"}}""";

    private NatsJSContext WithoutTimeout() => new(_connection, new NatsJSOpts(_connection.Opts, requestTimeout: TimeSpan.FromDays(30)));

    // The timeout passes when the request has reached the server.
    private async Task UnansweredAsync(Task call)
    {
        await _api.NextAsync();
        _time.Advance(s_timeout);
        await call.WaitAsync(Cancel);
    }

    private static string Info(int last, int day) => $$$"""{"type":"t","created":"2026-01-0{{{day}}}T00:00:00Z","config":{"name":"S"},"state":{"last_seq":{{{last}}}}}""";
}

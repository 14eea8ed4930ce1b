using System.Text;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>Publishes to streams of a real server, with all of its answers.</summary>
[BothServers]
public sealed class PublishTests(JetStreamServers servers)
{
    [Fact]
    public async Task Message_is_stored_with_its_sequence()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync();
        for (ulong i = 1; i <= 3; i++)
        {
            PubAckResponse ack = await rig.Context.PublishAsync($"{rig.Name}.a", $"m{i}", cancellationToken: rig.Cancel);
            ack.EnsureSuccess();
            Assert.True(ack.IsSuccess());
            Assert.Equal((rig.Name, i, NatsJSPublishOutcome.Stored, 1, false), (ack.Stream, ack.Seq, ack.Outcome, ack.Attempts, ack.Duplicate));
        }

        StoredMessage message = (await stream.GetAsync(new StreamMsgGetRequest { Seq = 2 }, rig.Cancel)).Message;
        Assert.Equal("m2", Encoding.UTF8.GetString(message.Data.Span));
        Assert.Null(message.Hdrs);
    }

    [Fact]
    public async Task First_publish_connects()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        await using var connection = new NatsConnection(new NatsOpts { Url = rig.Server.Url });
        Assert.Equal(1UL, (await connection.CreateJetStreamContext().PublishAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel)).Seq);
    }

    [Fact]
    public async Task Values_of_every_type_arrive()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync();
        var owner = NatsMemoryOwner<byte>.Allocate(2);
        "hi"u8.CopyTo(owner.Span);
        await rig.Context.PublishAsync($"{rig.Name}.a", "hi"u8.ToArray(), cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", "hi", cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", new ReadOnlyMemory<byte>("hi"u8.ToArray()), cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", owner, cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync<byte[]>($"{rig.Name}.a", null, cancellationToken: rig.Cancel);
        for (ulong i = 1; i <= 4; i++)
        {
            Assert.Equal("hi", Encoding.UTF8.GetString((await stream.GetAsync(new StreamMsgGetRequest { Seq = i }, rig.Cancel)).Message.Data.Span));
        }

        Assert.True((await stream.GetAsync(new StreamMsgGetRequest { Seq = 5 }, rig.Cancel)).Message.Data.IsEmpty);
    }

    [Fact]
    public async Task Same_id_is_a_duplicate_within_the_window()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        var opts = new NatsJSPubOpts { MsgId = "one" };
        Assert.Equal(NatsJSPublishOutcome.Stored, (await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: opts, cancellationToken: rig.Cancel)).Outcome);
        PubAckResponse again = await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: opts, cancellationToken: rig.Cancel);
        Assert.Equal((NatsJSPublishOutcome.Duplicate, true, 1UL), (again.Outcome, again.Duplicate, again.Seq));
        Assert.False(again.IsSuccess());
        Assert.Equal(1UL, Assert.Throws<NatsJSDuplicateMessageException>(again.EnsureSuccess).Sequence);
    }

    [Fact]
    public async Task Same_id_is_stored_after_the_window()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(config => config with { DuplicateWindow = TimeSpan.FromMilliseconds(500) });
        var opts = new NatsJSPubOpts { MsgId = "one" };
        Assert.Equal(1UL, (await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: opts, cancellationToken: rig.Cancel)).Seq);
        PubAckResponse again = await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: opts, cancellationToken: rig.Cancel);
        while (again.Duplicate)
        {
            again = await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: opts, cancellationToken: rig.Cancel); // until the duplicate window has passed
        }

        Assert.Equal(2UL, again.Seq);
    }

    [Fact]
    public async Task Expectations_are_sent_and_their_errors_are_returned()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        string subject = $"{rig.Name}.a";
        await PublishAsync(new NatsJSPubOpts { MsgId = "one", ExpectedLastSubjectSequence = 0, ExpectedStream = rig.Name }, 0);
        await PublishAsync(new NatsJSPubOpts { ExpectedLastSequence = 1, ExpectedLastMsgId = "one" }, 0);
        await PublishAsync(new NatsJSPubOpts { ExpectedLastSubjectSequence = 2, ExpectedLastSubjectSequenceSubject = $"{rig.Name}.*" }, 0);
        await PublishAsync(new NatsJSPubOpts { ExpectedLastSequence = 1 }, 10071);
        await PublishAsync(new NatsJSPubOpts { ExpectedLastSubjectSequence = 0 }, 10071);
        await PublishAsync(new NatsJSPubOpts { ExpectedStream = "other" }, 10060);
        await PublishAsync(new NatsJSPubOpts { ExpectedLastMsgId = "one" }, 10070);

        async Task PublishAsync(NatsJSPubOpts opts, int error)
        {
            PubAckResponse ack = await rig.Context.PublishAsync(subject, 1, opts: opts, cancellationToken: rig.Cancel);
            Assert.Equal(error, ack.Error?.ErrCode ?? 0);
            Assert.Equal(error == 0 ? NatsJSPublishOutcome.Stored : NatsJSPublishOutcome.Rejected, ack.Outcome);
            Assert.Equal(1, ack.Attempts);
            if (error > 0)
            {
                NatsJSApiException refused = Assert.Throws<NatsJSApiException>(ack.EnsureSuccess);
                Assert.Equal((error, NatsOutcome.Rejected), (refused.Error.ErrCode, refused.Outcome));
            }
        }
    }

    [Fact]
    public async Task Limits_of_the_stream_are_returned_as_errors()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(config => config with { MaxMsgSize = 100, MaxMsgs = 1, Discard = StreamConfigDiscard.New });
        PubAckResponse large = await rig.Context.PublishAsync($"{rig.Name}.a", new byte[200], cancellationToken: rig.Cancel);
        Assert.Equal((int)NatsJSErrorCode.StreamMessageExceedsMaximum, large.Error!.ErrCode);
        await rig.Context.PublishAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel);
        PubAckResponse full = await rig.Context.PublishAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel);
        Assert.Equal((503, (int)NatsJSErrorCode.StreamStoreFailed, 1), (full.Error!.Code, full.Error.ErrCode, full.Attempts)); // the class means "unavailable", the number does not
        await rig.Context.UpdateStreamAsync(rig.Config() with { MaxMsgSize = 100, MaxMsgs = 1, Discard = StreamConfigDiscard.New, Sealed = true }, rig.Cancel);
        Assert.Equal((int)NatsJSErrorCode.StreamSealed, (await rig.Context.PublishAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel)).Error!.ErrCode);
    }

    [Theory]
    [InlineData(5000, "5s")]
    [InlineData(1500, "1500ms")]
    [InlineData(-1, "never")]
    public async Task Time_to_live_is_sent(int milliseconds, string header)
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync(config => config with { AllowMsgTTL = true });
        var opts = new NatsJSPubOpts { Ttl = TimeSpan.FromMilliseconds(milliseconds) };
        (await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: opts, cancellationToken: rig.Cancel)).EnsureSuccess();
        string headers = Encoding.UTF8.GetString(Convert.FromBase64String((await stream.GetAsync(new StreamMsgGetRequest { Seq = 1 }, rig.Cancel)).Message.Hdrs!));
        Assert.Contains($"Nats-TTL: {header}\r\n", headers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_to_live_is_an_error_when_the_stream_does_not_allow_it_and_rejected_below_a_second()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        var opts = new NatsJSPubOpts { Ttl = TimeSpan.FromSeconds(5) };
        Assert.Equal((int)NatsJSErrorCode.MessageTtlDisabled, (await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: opts, cancellationToken: rig.Cancel)).Error!.ErrCode);
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: new NatsJSPubOpts { Ttl = TimeSpan.FromMilliseconds(999) }, cancellationToken: rig.Cancel));
    }

    [Fact]
    public async Task Callers_headers_are_never_written()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync();
        var headers = new NatsHeaders { ["Own"] = "1" };
        var opts = new NatsJSPubOpts { MsgId = "id", ExpectedStream = rig.Name, ExpectedLastSequence = 0 };
        (await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: opts, headers: headers, cancellationToken: rig.Cancel)).EnsureSuccess();
        Assert.Equal(["Own"], headers.Keys);
        string stored = Encoding.UTF8.GetString(Convert.FromBase64String((await stream.GetAsync(new StreamMsgGetRequest { Seq = 1 }, rig.Cancel)).Message.Hdrs!));
        Assert.Equal($"NATS/1.0\r\nOwn: 1\r\nNats-Msg-Id: id\r\nNats-Expected-Stream: {rig.Name}\r\nNats-Expected-Last-Sequence: 0\r\n\r\n", stored);
    }

    [Fact]
    public async Task Header_set_in_both_headers_and_options_is_rejected()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Context.PublishAsync(
            $"{rig.Name}.a", 1, opts: new NatsJSPubOpts { MsgId = "a" }, headers: new NatsHeaders { ["nats-msg-id"] = "b" }, cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: new NatsJSPubOpts { MsgId = "a\r\nb" }, cancellationToken: rig.Cancel));
        await Assert.ThrowsAnyAsync<Exception>(async () => await rig.Context.PublishAsync("no blanks", 1, cancellationToken: rig.Cancel));
        Assert.Equal(0UL, (await rig.Context.GetStreamAsync(rig.Name, cancellationToken: rig.Cancel)).Info.State.LastSeq);
    }

    [Fact]
    public async Task Subject_without_stream_fails_immediately()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        NatsJSNoStreamException none = await Assert.ThrowsAsync<NatsJSNoStreamException>(async () => await rig.Context.PublishAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel));
        Assert.Equal(($"{rig.Name}.a", NatsOutcome.Rejected), (none.Subject, none.Outcome));
        NatsResult<PubAckResponse> result = await rig.Context.TryPublishAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel);
        Assert.IsType<NatsJSNoStreamException>(result.Error);
        Assert.False(result.Success);
    }

    [Fact]
    public async Task Subject_without_stream_is_retried_without_FailFastWithoutStream()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        ValueTask<PubAckResponse> publish = rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: new NatsJSPubOpts { FailFastWithoutStream = false }, cancellationToken: rig.Cancel);
        await rig.CreateStreamAsync();
        PubAckResponse ack = await publish;
        Assert.Equal(NatsJSPublishOutcome.Stored, ack.Outcome);
    }

    [Fact]
    public async Task Subject_without_stream_has_no_response_when_the_rest_of_the_timeout_is_too_short_for_a_further_attempt()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        var opts = new NatsJSPubOpts { FailFastWithoutStream = false, RetryWaitBetweenAttempts = TimeSpan.FromMinutes(1), Timeout = TimeSpan.FromSeconds(30) };
        NatsJSPublishNoResponseException silent = await Assert.ThrowsAsync<NatsJSPublishNoResponseException>(async () =>
            await rig.Context.PublishAsync("nobody." + rig.Name, 1, opts: opts, cancellationToken: rig.Cancel));
        Assert.Equal(NatsOutcome.Rejected, silent.Outcome);
    }

    [Fact]
    public async Task Concurrent_publishes_are_stored_in_order()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        var futures = new List<NatsJSPublishConcurrentFuture>();
        for (int i = 0; i < 500; i++)
        {
            futures.Add(await rig.Context.PublishConcurrentAsync($"{rig.Name}.a", i, cancellationToken: rig.Cancel));
        }

        for (int i = 0; i < futures.Count; i++)
        {
            await using NatsJSPublishConcurrentFuture future = futures[i];
            Assert.Equal((ulong)i + 1, (await future.GetResponseAsync(rig.Cancel)).Seq);
        }
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task Ack_of_an_old_server_contains_a_space()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        await rig.CreateStreamAsync();
        PubAckResponse ack = await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: new NatsJSPubOpts { MsgId = "a" }, cancellationToken: rig.Cancel);
        Assert.Equal((rig.Name, 1UL), (ack.Stream, ack.Seq));
        Assert.True((await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: new NatsJSPubOpts { MsgId = "a" }, cancellationToken: rig.Cancel)).Duplicate);
    }

    [Fact]
    public async Task Permission_violation_ends_the_publish_immediately()
    {
        await using ITestServer server = await JetStreamServers.StartAsync("authorization { users: [ { user: u, password: p, permissions: { publish: { deny: \"secret.>\" } } } ] }\n");
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(server, opts: new NatsOpts { AuthOpts = new NatsAuthOpts { Username = "u", Password = "p" } });
        NatsPermissionViolationException denied = await Assert.ThrowsAsync<NatsPermissionViolationException>(async () => await rig.Context.PublishAsync("secret.a", 1, cancellationToken: rig.Cancel));
        Assert.Equal(NatsOutcome.Rejected, denied.Outcome);
    }

    [Fact]
    public async Task Mock_of_a_connection_throws_at_the_first_call()
    {
        INatsConnection mock = System.Reflection.DispatchProxy.Create<INatsConnection, NothingProxy>();
        var context = new NatsJSContext(mock);
        NotSupportedException refused = await Assert.ThrowsAsync<NotSupportedException>(async () => await context.PublishAsync("a", 1, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("Earshot", refused.Message, StringComparison.Ordinal);
    }

    public class NothingProxy : System.Reflection.DispatchProxy
    {
        protected override object? Invoke(System.Reflection.MethodInfo? targetMethod, object?[]? args) => null;
    }
}

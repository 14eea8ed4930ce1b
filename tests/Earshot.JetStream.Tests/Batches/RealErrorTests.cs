using System.Globalization;
using System.Text.Json;
using Earshot.JetStream.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Batches;

/// <summary>The errors of batches of a real server.</summary>
[BothServers]
public sealed class RealErrorTests(JetStreamServers servers)
{
    private const int MostMessages = 1000;

    [Fact]
    public async Task Fifty_first_open_batch_of_a_stream_is_rejected_with_10210_and_can_be_sent_again()
    {
        await using JetStreamRig rig = await StartAsync();
        var open = new List<NatsJSBatchPublisher>();
        for (int i = 0; i < 50; i++)
        {
            open.Add(await rig.Context.CreateBatchPublisherAsync(rig.Name, cancellationToken: rig.Cancel));
            await open[^1].AddAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel);
        }

        await using NatsJSBatchPublisher next = await rig.Context.CreateBatchPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(async () => await next.AddAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel));
        Assert.True(refused.Is(NatsJSErrorCode.AtomicPublishTooManyInflight), refused.Message);
        Assert.True(next.IsRejected);
        await open[0].CommitAsync(rig.Cancel);
        await next.ResendAsync(rig.Cancel);
        Assert.Equal((2UL, 1L), await next.CommitAsync(rig.Cancel) is var ack ? (ack.Sequence, ack.Count) : default);
        foreach (NatsJSBatchPublisher batch in open)
        {
            await batch.DisposeAsync();
        }
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task Third_open_fast_batch_of_a_server_that_allows_two_is_rejected_with_10211()
    {
        var setup = new NatsServerSetup { Config = "jetstream { store_dir: \"{folder}/js\", limits { batch { max_inflight_per_stream: 2 } } }" };
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(setup, TestContext.Current.CancellationToken);
        await using JetStreamRig rig = await StartAsync(new RealTestServer(server));
        await using NatsJSFastPublisher first = await AddToNewAsync(rig);
        await using NatsJSFastPublisher second = await AddToNewAsync(rig);
        await using NatsJSFastPublisher third = await rig.Context.CreateFastPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(async () => await third.AddAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel));
        Assert.True(refused.Is(NatsJSErrorCode.BatchPublishTooManyInflight), refused.Message);
        Assert.True(third.IsClosed);
        Assert.Equal(2UL, await LastAsync(rig));
    }

    [Fact]
    public async Task Batch_id_commit_and_size_that_the_publisher_never_sends_are_10179_10200_and_10199()
    {
        await using JetStreamRig rig = await StartAsync();
        Assert.Equal(10179, await AskAsync(rig, new string('x', 65), 1, null));
        Assert.Equal(10200, await AskAsync(rig, "commit", 1, "2"));
        for (int i = 1; i <= MostMessages; i++)
        {
            await rig.Connection.PublishAsync($"{rig.Name}.a", "x", Headers("large", i, null), cancellationToken: rig.Cancel);
        }

        Assert.Equal(10199, await AskAsync(rig, "large", MostMessages + 1, "1"));
        Assert.Equal(0UL, await LastAsync(rig));
    }

    [Fact]
    public async Task Reply_subject_and_id_that_the_fast_publisher_never_sends_are_10206_and_10207()
    {
        await using JetStreamRig rig = await StartAsync();
        Assert.Equal(10206, await AskFastAsync(rig, "id.10.other.1.0"));
        Assert.Equal(10207, await AskFastAsync(rig, $"{new string('x', 65)}.10.fail.1.0"));
    }

    private async Task<JetStreamRig> StartAsync(ITestServer? server = null)
    {
        JetStreamRig rig = await JetStreamRig.ConnectAsync(server ?? await servers.Newest);
        await rig.CreateStreamAsync(config => config with { AllowAtomicPublish = true, AllowBatchPublish = true });
        return rig;
    }

    private static async Task<ulong> LastAsync(JetStreamRig rig) => (await rig.Context.GetStreamAsync(rig.Name, cancellationToken: rig.Cancel)).Info.State.LastSeq;

    private static async Task<NatsJSFastPublisher> AddToNewAsync(JetStreamRig rig)
    {
        NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        await batch.AddAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel);
        return batch;
    }

    private static NatsHeaders Headers(string id, int sequence, string? commit)
    {
        var headers = new NatsHeaders { ["Nats-Batch-Id"] = id, ["Nats-Batch-Sequence"] = sequence.ToString(CultureInfo.InvariantCulture) };
        if (commit is not null)
        {
            headers["Nats-Batch-Commit"] = commit;
        }

        return headers;
    }

    private static async Task<int> AskAsync(JetStreamRig rig, string id, int sequence, string? commit)
    {
        NatsMsg<string> answer = await rig.Connection.RequestAsync<string, string>($"{rig.Name}.a", "x", Headers(id, sequence, commit), cancellationToken: rig.Cancel);
        return CodeOf(answer);
    }

    private static async Task<int> AskFastAsync(JetStreamRig rig, string token)
    {
        string inbox = rig.Connection.NewInbox();
        await using INatsSub<string> replies = await rig.Connection.SubscribeCoreAsync<string>($"{inbox}.>", cancellationToken: rig.Cancel);
        await rig.Connection.PublishAsync($"{rig.Name}.a", "x", replyTo: $"{inbox}.{token}.$FI", cancellationToken: rig.Cancel);
        return CodeOf(await replies.Msgs.ReadAsync(rig.Cancel));
    }

    private static int CodeOf(NatsMsg<string> answer)
    {
        using var json = JsonDocument.Parse(answer.Data ?? throw new InvalidOperationException("The answer has no payload."));
        return json.RootElement.TryGetProperty("error", out JsonElement error) ? error.GetProperty("err_code").GetInt32() : throw new InvalidOperationException(answer.Data);
    }
}

using Earshot.JetStream.Tests.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Features;

/// <summary>Direct reads that the server refuses, over an in-memory server, and those that are refused before they are sent.</summary>
public sealed class DirectGetTests : WireTests
{
    [Fact]
    public async Task Missing_api_level_is_a_feature_that_is_not_supported()
    {
        INatsJSStream stream = await StreamAsync();
        Task<NatsMsg<string>> read = stream.GetDirectAsync<string>(new StreamMsgGetRequest { Seq = 1 }, cancellationToken: Cancel).AsTask();
        await RefuseAsync("412 Required Api Level");
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(() => read);
        Assert.Equal("Nats-Required-Api-Level", refused.Field);

        Task<List<NatsMsg<string>>> batch = new NatsJSContext(Connection).GetBatchDirectAsync<string>("S", new StreamMsgBatchGetRequest { Batch = 2 }, cancellationToken: Cancel).ToListAsync(Cancel).AsTask();
        await RefuseAsync("412 Required Api Level");
        Assert.Contains("412 Required Api Level", (await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(() => batch)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Combination_that_the_server_does_not_support_is_a_clear_exception()
    {
        INatsJSStream stream = await StreamAsync();
        Task<NatsMsg<string>> read = stream.GetDirectAsync<string>(new StreamMsgGetRequest { NextBySubj = "a" }, cancellationToken: Cancel).AsTask();
        await RefuseAsync("408 Bad Request");
        NatsJSProtocolException refused = await Assert.ThrowsAsync<NatsJSProtocolException>(() => read);
        Assert.Equal((408, "Bad Request"), (refused.HeaderCode, refused.HeaderMessageText));
        Assert.Contains("does not support this combination of fields", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_without_or_with_two_selections_sends_no_byte()
    {
        INatsJSStream stream = await StreamAsync();
        StreamMsgGetRequest[] wrong = [new(), new() { Seq = 1, LastBySubj = "a" }, new() { LastBySubj = "a", NextBySubj = "a" }];
        foreach (StreamMsgGetRequest request in wrong)
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await stream.GetDirectAsync<string>(request, cancellationToken: Cancel));
        }

        await FlushAsync(); // nothing precedes the PING
    }

    private async Task<INatsJSStream> StreamAsync()
    {
        Task<INatsJSStream> getting = new NatsJSContext(Connection).GetStreamAsync("S", cancellationToken: Cancel).AsTask();
        await AnswerAsync("$JS.API.STREAM.INFO.S", """{"config":{"name":"S","allow_direct":true},"created":"2026-01-01T00:00:00Z","state":{"last_seq":1}}""");
        return await getting;
    }

    private async Task RefuseAsync(string status)
    {
        string[] words;
        do
        {
            words = (await NextAsync()).Line.Split(' ');
        }
        while (words is not ["PUB", "$JS.API.DIRECT.GET.S", _, _]);

        await StatusAsync(words[2], status);
    }
}

using Earshot.JetStream.Tests.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>The time that a call of the API waits for its response, with a clock that is moved by hand.</summary>
public sealed class ApiTimeoutTests : WireTests
{
    [Fact]
    public async Task Call_that_must_not_be_repeated_waits_for_its_response_until_the_timeout()
    {
        Task<bool> deleting = new NatsJSContext(Connection).DeleteConsumerAsync("S", "C", Cancel).AsTask();
        string[] request = await RequestAsync();
        Time.Advance(TimeSpan.FromSeconds(9.5)); // of ten
        await Peer.SendMessageAsync(request[2], SidOf(request[2]), """{"type":"t","success":true}""");

        Assert.True(await deleting.WaitAsync(Cancel));
    }

    [Fact]
    public async Task Call_that_must_not_be_repeated_ends_with_the_timeout()
    {
        Task<bool> deleting = new NatsJSContext(Connection).DeleteConsumerAsync("S", "C", Cancel).AsTask();
        await RequestAsync();
        Time.Advance(TimeSpan.FromSeconds(10.1));

        Assert.Equal(NatsOutcome.Unknown, (await Assert.ThrowsAsync<NatsJSApiNoResponseException>(() => deleting.WaitAsync(Cancel))).Outcome);
    }

    private async Task<string[]> RequestAsync()
    {
        while (true)
        {
            if ((await NextAsync()).Line.Split(' ') is ["PUB", "$JS.API.CONSUMER.DELETE.S.C", _, _] request)
            {
                return request;
            }
        }
    }
}

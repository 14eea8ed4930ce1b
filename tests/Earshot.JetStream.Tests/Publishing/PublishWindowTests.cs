using Earshot.JetStream.Publishing;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>When the window of a publisher says that a message has its outcome.</summary>
public sealed class PublishWindowTests
{
    [Fact]
    public void Flush_completes_when_the_last_outcome_is_counted_and_not_before()
    {
        PublishWindow window = null!;
        bool wasComplete = true;
        window = new PublishWindow(new NatsJSPublisherOpts(), (_, _) => wasComplete = window.FlushAsync(1).IsCompleted);
        window.Opened(1);
        window.Left(new PublishTicketState(window, new PublishMessage { Context = null!, Subject = "s" }, NatsJSPubOpts.Default, 1), null);

        Assert.False(wasComplete);
        Assert.True(window.FlushAsync(1).IsCompleted);
    }
}

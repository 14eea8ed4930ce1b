using System.IO.Pipelines;
using Earshot.Dashboard.Feeds;
using Earshot.Dashboard.Serving;
using Earshot.Dashboard.Tests.Kit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Dashboard.Tests.Streams;

/// <summary>A viewer that does not read, in fake time: it is ended after thirty seconds, and its place is free.</summary>
public sealed class UnreadStreamTests
{
    [Fact]
    public async Task A_viewer_that_does_not_read_is_ended_after_thirty_seconds()
    {
        var time = new FakeTimeProvider();
        var options = new NatsDashboardOptions();
        using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        var feeds = new ConnectionFeeds(new ConnectionSources(services, options, NullLogger.Instance), options, time, NullLogger.Instance);
        var sampling = new LiveSampling(feeds, 1, time, NullLogger.Instance);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 8, resumeWriterThreshold: 4));
        var request = new Request();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(pipe.Writer.AsStream()));
        context.Features.Set<IHttpRequestLifetimeFeature>(request);

        Task stream = new ViewerStream(feeds, sampling, time, CancellationToken.None).RunAsync(context, "/_nats");
        await pipe.Reader.ReadAsync(DashboardApp.Cancel); // it is written, and never taken from the buffer
        Assert.False(sampling.TryEnter());
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(request.IsEnded);
        time.Advance(TimeSpan.FromSeconds(2));
        await stream.WaitAsync(DashboardApp.Limit, DashboardApp.Cancel);
        Assert.True(request.IsEnded);
        Assert.True(sampling.TryEnter());
    }

    private sealed class Request : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted { get; set; }

        public bool IsEnded { get; private set; }

        public void Abort() => IsEnded = true;
    }
}

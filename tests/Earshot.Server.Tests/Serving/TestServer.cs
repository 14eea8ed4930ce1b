using Earshot.Server.Tests.Guide;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.Serving;

/// <summary>Servers of these tests: without a port unless one is requested, with a transcript that is printed when a test fails.</summary>
internal static class TestServer
{
    // Without options no time passes, so that no PING of the server comes between what a test compares.
    internal static Task<NatsTestServer> StartAsync(NatsTestServerOptions? options = null) => ListenAsync((options ?? new() { TimeProvider = new FakeTimeProvider() }) with { Listen = false });

    /// <summary>With a port.</summary>
    internal static async Task<NatsTestServer> ListenAsync(NatsTestServerOptions? options = null)
    {
        options ??= new();
        options = options with { TranscriptCapacity = options.TranscriptCapacity > 0 ? options.TranscriptCapacity : 100 };
        return PrintTranscriptsAttribute.Watch(await NatsTestServer.StartAsync(options, TestContext.Current.CancellationToken));
    }
}

using Earshot.Server.Tests.Guide;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.Serving;

/// <summary>Servers of these tests: without a port unless one is requested, with a transcript that is printed when a test fails.</summary>
internal static class TestServer
{
    /// <summary>Without a port.</summary>
    internal static Task<NatsTestServer> StartAsync(NatsTestServerOptions? options = null, TimeProvider? clock = null) => ListenAsync((options ?? new()) with { Listen = false }, clock);

    /// <summary>
    /// With a port. No time passes unless there is a clock in the options or a <paramref name="clock"/>, so that no PING of the server comes between
    /// what a test compares.
    /// </summary>
    internal static async Task<NatsTestServer> ListenAsync(NatsTestServerOptions? options = null, TimeProvider? clock = null)
    {
        options ??= new();
        options = options with
        {
            TimeProvider = clock ?? (options.TimeProvider == TimeProvider.System ? new FakeTimeProvider() : options.TimeProvider),
            TranscriptCapacity = options.TranscriptCapacity > 0 ? options.TranscriptCapacity : 100,
        };
        return PrintTranscriptsAttribute.Watch(await NatsTestServer.StartAsync(options, TestContext.Current.CancellationToken));
    }
}

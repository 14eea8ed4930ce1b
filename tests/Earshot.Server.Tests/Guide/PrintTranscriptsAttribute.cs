using System.Collections.Concurrent;
using System.Reflection;
using Xunit;
using Xunit.v3;

namespace Earshot.Server.Tests.Guide;

// snippet: print-transcripts
/// <summary>When a test fails, its output shows what went over the wire of the servers it watched.</summary>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Method)]
public sealed class PrintTranscriptsAttribute : BeforeAfterTestAttribute
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<NatsTestServer>> s_watched = new();

    /// <summary>Watches a server for the running test or, in an assembly fixture, for all tests.</summary>
    public static NatsTestServer Watch(NatsTestServer server)
    {
        s_watched.GetOrAdd(TestContext.Current.Test?.UniqueID ?? "all", _ => new()).Enqueue(server);
        return server;
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        s_watched.TryRemove(test.UniqueID, out ConcurrentQueue<NatsTestServer>? own);
        if (TestContext.Current.TestState?.Result != TestResult.Failed)
        {
            return;
        }

        foreach (NatsTestServer server in s_watched.GetValueOrDefault("all", []).Concat(own ?? []))
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{server.Name} heard from clients (C) and sent (S):\n{server.Transcript}");
        }
    }
}
// end snippet

using Earshot.Fuzzing.Engine;

namespace Earshot.Fuzzing.Targets;

/// <summary>All targets.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new ServerOperationsTarget(), new ClientOperationsTarget(), new HeadersTarget(), new InfoTarget(), new CredentialsTarget(), new SubjectsTarget(), new AckSubjectsTarget(), new StatusLinesTarget(),
        new WebSocketTarget(), new ServerInputTarget(), new JetStreamRequestsTarget(),
    ];
}

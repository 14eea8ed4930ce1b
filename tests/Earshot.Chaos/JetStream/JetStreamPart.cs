namespace Earshot.Chaos.JetStream;

/// <summary>The parts of <c>chaos jetstream</c>.</summary>
internal enum JetStreamPart
{
    All = 0,
    Cluster,
    Regression,
    Disk,
    Leaf,
}

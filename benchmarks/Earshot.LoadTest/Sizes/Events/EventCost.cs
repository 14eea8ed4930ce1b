namespace Earshot.LoadTest.Sizes;

/// <summary>What one event costs: on the thread on which it happens, in processor time of the process with all listeners, and in bytes.</summary>
internal readonly record struct EventCost(double AppendMicroseconds, double CpuMicroseconds, double Bytes);

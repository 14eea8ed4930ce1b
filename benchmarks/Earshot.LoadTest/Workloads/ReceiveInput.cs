namespace Earshot.LoadTest.Workloads;

/// <summary>What a subscription receives repeatedly, the same for each client.</summary>
internal sealed record ReceiveInput(string Subject, int Size, ReceiveForm Form, int Headers);

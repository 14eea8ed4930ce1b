namespace Earshot.Interop.Tests.Kit;

/// <summary>A command of the other client failed.</summary>
internal sealed class NodePeerException(string message) : Exception(message);

namespace Earshot.Server.Monitoring;

/// <summary>Answered with 400 and its message.</summary>
internal sealed class BadMonitoringQueryException(string message) : Exception(message);

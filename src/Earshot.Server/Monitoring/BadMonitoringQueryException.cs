using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Earshot.Server.Monitoring;

/// <summary>Answered with 400 and its message.</summary>
internal sealed class BadMonitoringQueryException(string message) : Exception(message);

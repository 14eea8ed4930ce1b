namespace Repository.Tests.Comments;

/// <summary>An exception that the analysis finds for a method of a façade, and that the arguments it passes on rule out.</summary>
internal sealed record NotThrown(string Method, string Exception, string Reason);

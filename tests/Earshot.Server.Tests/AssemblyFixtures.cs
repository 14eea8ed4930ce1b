using Earshot.Server.Tests.Guide;
using Earshot.Testing;
using Xunit;

[assembly: AssemblyFixture(typeof(UnobservedExceptions))]
[assembly: PrintTranscripts]

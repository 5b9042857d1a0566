"""Cloud functions and the databases beside them: CloudFormation, SAM and the Serverless Framework."""
